package dev.belay.jobs.simulation.faults;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.cluster.Cluster;
import dev.belay.jobs.simulation.cluster.User;
import dev.belay.jobs.simulation.machine.Route;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.jobs.simulation.machine.World;
import dev.belay.runtime.simulation.Chance;
import java.util.ArrayList;
import java.util.List;

/** Does one wrong thing after the other, and mends each after a while, until it is told to end. */
public final class Mischief {
  private static final long MOST_PAUSE_MILLIS = 1_800;

  private final World world;
  private final Chance chance;
  private final Cluster cluster;
  private final User user;
  private final List<String> jobs;
  private final List<Fault> bag = new ArrayList<>();
  private boolean over;

  /**
   * @param allowed what may go wrong
   * @param jobs the names of those that may be cancelled
   */
  public Mischief(
      World world, Cluster cluster, User user, Iterable<Fault> allowed, List<String> jobs) {
    this.world = world;
    this.chance = world.chance().split("mischief");
    this.cluster = cluster;
    this.user = user;
    this.jobs = List.copyOf(jobs);
    for (Fault fault : allowed) {
      for (int i = 0; i < fault.weight(); i++) {
        bag.add(fault);
      }
    }
  }

  public void begin() {
    if (!bag.isEmpty()) {
      next();
    }
  }

  /** What was broken is the cluster's to heal. */
  public void end() {
    over = true;
  }

  private void next() {
    world
        .time()
        .afterMillis(
            chance.between(1, MOST_PAUSE_MILLIS),
            () -> {
              if (!over) {
                Fault fault = chance.of(bag);
                world.injected().add(fault.text());
                commit(fault);
                next();
              }
            });
  }

  private String worker() {
    return chance.of(cluster.workers());
  }

  private void mendedAfter(long leastMillis, long mostMillis, Runnable mending) {
    world
        .time()
        .afterMillis(
            chance.between(leastMillis, mostMillis),
            () -> {
              if (!over) {
                mending.run();
              }
            });
  }

  private void commit(Fault fault) {
    switch (fault) {
      case WORKER_KILLED -> gone(worker(), false);
      case MACHINE_GONE -> gone(worker(), true);
      case WORKER_STOPPED -> cluster.pauseWorker(worker(), chance.between(50, 14_000));
      case WORKER_DOUBLED -> cluster.doubleWorker(worker(), chance.between(0, 9_000));
      case WORKER_DRAINED -> cluster.drainWorker(worker());
      case COORDINATOR_KILLED -> coordinatorGone(false);
      case COORDINATOR_POWER_CUT -> coordinatorGone(true);
      case COORDINATOR_STOPPED -> cluster.pauseCoordinator(chance.between(50, 9_000));
      case NETWORK_CUT -> cut(worker());
      case NETWORK_SLOW -> slow(worker());
      case NETWORK_LOSSY -> lossy(worker());
      case CONNECTION_BROKEN ->
          cluster.breakConnections(worker(), !chance.oneIn(4), !chance.oneIn(4));
      case CLOCK_SET -> setClock();
      case STORE_DOWN -> {
        say("the store is out of reach");
        cluster.store().reachable(false);
        mendedAfter(100, 6_000, () -> cluster.store().reachable(true));
      }
      case STORE_HIDDEN -> hideStore(worker());
      case STORE_ERRORS -> {
        cluster.store().errors((int) chance.between(50, 500));
        mendedAfter(500, 6_000, () -> cluster.store().errors(0));
      }
      case STORE_SLOW -> {
        cluster.store().slow(chance.between(50_000, 900_000));
        mendedAfter(500, 6_000, () -> cluster.store().slow(2_000));
      }
      case CHECKPOINT_DAMAGED -> damage();
      case DISK_SLOW -> {
        cluster.syncTakes(chance.between(20_000, 1_500_000));
        mendedAfter(500, 5_000, () -> cluster.syncTakes(1_500));
      }
      case JOB_CANCELLED -> {
        if (chance.oneIn(3)) {
          user.cancel(chance.of(jobs));
        }
      }
      case JOB_PAUSED -> {
        String job = chance.of(jobs);
        user.pause(job);
        mendedAfter(100, 4_000, () -> user.resume(job));
      }
      case JOB_STOPPED -> {
        String job = chance.of(jobs);
        user.stop(job);
        mendedAfter(100, 4_000, () -> user.retry(job));
      }
      case JOB_RETRIED -> {
        if (chance.oneIn(2)) {
          user.retry(chance.of(jobs));
        } else {
          user.retryFromAnyAge(chance.of(jobs));
        }
      }
      case CHECKPOINT_RESTORED -> restore(chance.of(jobs));
      case GARBAGE_COLLECTED -> {
        for (int i = chance.below(3); i >= 0; i--) {
          cluster.cleaning().begin(done -> {});
        }
      }
      case COLLECTION_CUT_OFF -> cutOffCollection();
      case OLD_COPY_COLLECTS -> cluster.cleaning().byOldCopy(chance.below(1_001));
      case WORKER_ASKED_TO_DRAIN -> user.drain(worker());
      case SOMEBODY_LOOKS -> user.look(chance.below(3));
    }
  }

  private void gone(String worker, boolean silently) {
    cluster.killWorker(worker, silently);
    mendedAfter(50, 8_000, () -> cluster.startWorker(worker));
  }

  private void coordinatorGone(boolean power) {
    if (power && chance.oneIn(2)) {
      // In the middle of something: after an append, between sync and answer, between two answers.
      cluster.killCoordinatorAfter(1 + chance.below(25));
    } else {
      cluster.killCoordinator(power);
    }
    mendedAfter(100, 6_000, cluster::startCoordinator);
  }

  private void cut(String worker) {
    Route up = cluster.network().up(worker);
    Route down = cluster.network().down(worker);
    int which = chance.below(3);
    say(
        "the network is cut "
            + (which == 0 ? "from " : which == 1 ? "to " : "between the coordinator and ")
            + worker);
    up.cut(which != 1);
    down.cut(which != 0);
    mendedAfter(
        100,
        9_000,
        () -> {
          say("the network to " + worker + " works again");
          up.cut(false);
          down.cut(false);
        });
  }

  private void slow(String worker) {
    long most = chance.between(20_000, 3_000_000);
    say("the network to " + worker + " takes up to " + most / 1_000 + " ms");
    Route up = cluster.network().up(worker);
    Route down = cluster.network().down(worker);
    up.delays(1_000, most);
    down.delays(1_000, chance.oneIn(2) ? most : 5_000);
    mendedAfter(
        500,
        8_000,
        () -> {
          up.delays(100, 1_000);
          down.delays(100, 1_000);
        });
  }

  private void lossy(String worker) {
    Route up = cluster.network().up(worker);
    Route down = cluster.network().down(worker);
    up.unreliable(chance.below(300), chance.below(200));
    down.unreliable(chance.below(300), chance.below(200));
    mendedAfter(
        500,
        8_000,
        () -> {
          up.unreliable(0, 0);
          down.unreliable(0, 0);
        });
  }

  /** Now and then for longer than it is waited for. */
  private void hideStore(String worker) {
    say(worker + " cannot reach the store");
    cluster.store().hide(worker, true);
    mendedAfter(100, chance.oneIn(4) ? 45_000 : 6_000, () -> cluster.store().hide(worker, false));
  }

  private void setClock() {
    long by = chance.between(-120_000, 120_000);
    if (chance.oneIn(2)) {
      cluster.setCoordinatorClock(by);
    } else {
      cluster.setClock(worker(), by);
    }
  }

  private void damage() {
    List<String> keys = cluster.checker().restorable();
    if (!keys.isEmpty()) {
      damage(chance.of(keys));
    }
  }

  private void damage(String key) {
    Result how = chance.oneIn(2) ? Result.CORRUPT : Result.MISSING;
    say(key + " is " + how);
    cluster.store().damage(key, how);
  }

  /** Perhaps while its job is paused, and perhaps to one that cannot be read. */
  private void restore(String job) {
    List<Checker.Kept> kept = cluster.checker().kept(job);
    if (kept.isEmpty()) {
      return;
    }
    Checker.Kept target = chance.of(kept);
    if (chance.oneIn(6)) {
      damage(chance.of(target.objects()));
    }
    if (chance.oneIn(3)) {
      user.pause(job);
      mendedAfter(100, 4_000, () -> user.resume(job));
    }
    mendedAfter(1, 800, () -> user.restore(target));
  }

  /** The coordinator dies while it releases and deletes what was found, and comes back. */
  private void cutOffCollection() {
    cluster.killCoordinatorAfter("objects less", 1 + chance.below(6));
    cluster.cleaning().begin(done -> {});
    mendedAfter(500, 6_000, cluster::startCoordinator);
  }

  private void say(String what) {
    world.trace().line("world", what);
  }
}

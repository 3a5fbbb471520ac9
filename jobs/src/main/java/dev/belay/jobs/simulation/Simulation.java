package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.check.Violation;
import dev.belay.jobs.simulation.cluster.Cluster;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.cluster.User;
import dev.belay.jobs.simulation.faults.Mischief;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.machine.Counts;
import dev.belay.jobs.simulation.machine.World;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.simulation.Chance;
import dev.belay.runtime.simulation.Trace;
import dev.belay.runtime.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: a life of a cluster, drawn from a seed. First things go wrong, and the checker sees
 * that nothing unsafe follows; then nothing does any more, and every job must end as it would have
 * without.
 */
public final class Simulation {
  /** After the last fault: the longest waits are for backoffs, silent holders and slow machines. */
  private static final long PATIENCE_NANOS = 400_000_000_000L;

  /** No put is longer on its way. */
  private static final long LAST_PUTS_NANOS = 4_000_000_000L;

  private final VirtualTime time = new VirtualTime();
  private final World world;
  private final long seed;
  private final Options options;
  private final Cluster cluster;
  private final User user;
  private final List<RangeJob> jobs = new ArrayList<>();
  private final Draw draw;

  private Simulation(long seed, Options options, Seams seams, Consumer<String> listener) {
    this.seed = seed;
    this.options = options;
    Chance chance = new Chance(seed);
    this.draw = new Draw(chance.split("draw"), options);
    this.world = new World(time, new Trace(time, listener), chance.split("world"), new Counts());
    this.cluster = new Cluster(world, seams, chance.split("network").oneIn(2));
    this.user = new User(cluster);
  }

  /** Runs one, whatever comes of it. */
  public static Outcome run(long seed, Options options, Seams seams, Consumer<String> listener) {
    return new Simulation(seed, options, seams, listener).run();
  }

  public static Outcome run(long seed, Options options) {
    return run(seed, options, new Seams(), line -> {});
  }

  private Outcome run() {
    Throwable failure = null;
    try {
      live();
    } catch (Throwable e) {
      // An Error, too, such as a stack that overflows, is what came of this seed.
      failure = e;
      world.trace().line("world", "FAILED: " + e.getMessage());
    }
    return outcome(failure);
  }

  private Outcome outcome(@Nullable Throwable failure) {
    Trace trace = world.trace();
    return new Outcome(
        seed,
        options,
        trace.hash(),
        failure,
        trace.last(),
        world.injected(),
        time.millis(),
        time.happened());
  }

  private void live() {
    cluster.cleaning().every(draw.collectEvery());
    cluster.startCoordinator();
    int workers = draw.workers();
    for (int i = 0; i < workers; i++) {
      String name = "worker-" + (char) ('a' + i);
      cluster.addWorker(name, draw.slots(), draw.queue(), draw.slowness());
      cluster.startWorker(name);
    }
    int count = draw.jobs();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RangeJob job = draw.job("sum-" + (i + 1), i == 0 ? null : "sum-" + i);
      jobs.add(job);
      names.add(job.name());
      time.afterMillis(900L * i, () -> user.submit(job));
      job.spec().getAfterList().forEach(before -> giveUp(job, before));
    }
    Mischief mischief = new Mischief(world, cluster, user, options.faults(), names);
    mischief.begin();
    time.run(() -> false, draw.faultMillis() * 1_000_000);
    mischief.end();
    cluster.heal();
    goOn();
    finish();
  }

  /** A job that waits for one that failed waits for ever: somebody cancels it. */
  private void giveUp(RangeJob job, String before) {
    time.afterMillis(
        1_000,
        () -> {
          if (cluster.checker().endedInVain(before)) {
            user.cancel(job.name());
          }
          giveUp(job, before);
        });
  }

  /** Whatever somebody paused or stopped is wanted after all. */
  private void goOn() {
    for (RangeJob job : jobs) {
      if (cluster.checker().isPaused(job.name())) {
        user.resume(job.name());
      } else if (mayGoOn(job)) {
        user.retryFromAnyAge(job.name());
      }
    }
    time.afterMillis(1_500, this::goOn);
  }

  /** What was stopped, unless that was so long ago that nothing is left of it. */
  private boolean mayGoOn(RangeJob job) {
    return cluster.checker().isStopped(job.name()) && !cluster.checker().isForgotten(job.name());
  }

  private boolean allEnded() {
    return user.knowsAll(jobs.size())
        && cluster.checker().allEnded()
        && jobs.stream().noneMatch(this::mayGoOn);
  }

  private void finish() {
    boolean ended = time.run(this::allEnded, time.nanos() + PATIENCE_NANOS);
    if (!ended) {
      throw new Violation(
          "never ends, though nothing goes wrong: " + cluster.checker().unfinished());
    }
    // A retry that was on its way may make a job go on.
    boolean idle = time.run(() -> allEnded() && cluster.isIdle(), time.nanos() + PATIENCE_NANOS);
    if (!idle) {
      throw new Violation("all jobs have ended, and workers are still at it: " + cluster.busy());
    }
    cluster.checker().endings().forEach(this::mustBeRight);
    collectAll();
  }

  /** Whatever is on its way arrives, and then nothing may be left that nobody needs. */
  private void collectAll() {
    time.run(() -> false, time.nanos() + LAST_PUTS_NANOS);
    for (int round = 0; round < 2; round++) {
      boolean[] over = new boolean[1];
      cluster.cleaning().begin(done -> over[0] = true);
      boolean collected =
          time.run(() -> over[0] && cluster.cleaning().hasDeleted(), time.nanos() + PATIENCE_NANOS);
      if (!collected) {
        throw new Violation("garbage is never collected, though nothing goes wrong");
      }
    }
    cluster.cleaning().mustBeClean();
  }

  private void mustBeRight(Checker.Ending ending) {
    RangeJob job = cluster.jobs().job(ending.name());
    boolean right =
        switch (ending.state()) {
          case JOB_SUCCEEDED ->
              (job.poison().isEmpty() || goesOn(job))
                  && cluster.jobs().outputIsRight(job.name(), ending.leftOut());
          case JOB_CANCELLED -> cluster.checker().mayHaveBeenCancelled(ending.job());
          case JOB_FAILED -> mayFail(job, ending.error());
          case JOB_STOPPED -> cluster.checker().isForgotten(ending.name());
          default -> false;
        };
    if (!right) {
      throw new Violation(
          ending.job() + " ended as " + ending.state() + ", which is not right: " + ending.error());
    }
  }

  private static boolean goesOn(RangeJob job) {
    return job.spec().getOnPoison() == OnPoison.ON_POISON_CONTINUE;
  }

  private static boolean mayFail(RangeJob job, String error) {
    boolean lost =
        job.spec().getOnLostCheckpoints() == OnLostCheckpoints.FAIL
            && error.contains("none of its checkpoints can be read");
    // Each hang may cost several attempts: until its worker is another, the thread is in the way.
    boolean exhausted =
        !job.hangs().isEmpty()
            && (error.contains("times without progress") || error.contains("no safe point"));
    boolean bereaved = error.contains("workers without progress");
    boolean old = job.spec().getMaxCheckpointAgeMillis() > 0 && error.contains("its checkpoint is");
    return old || lost || exhausted || bereaved || error.contains("cannot add");
  }
}

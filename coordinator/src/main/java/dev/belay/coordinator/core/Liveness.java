package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Hello;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is alive, as far as can be told: soft state, never journaled. The price is that a coordinator
 * that starts must hear from everyone again before it may take anything away, which takes one
 * lease.
 *
 * <p>Two signs: a broken connection is suspicion (after a short grace the leases may go to others
 * that can start them now), and silence is death (after the timeout they go in any case). Like a
 * nurse who listens for breath: a pulled cable makes her look, only silence makes her sign. How
 * long a silence may last is each worker's own {@link Rhythm}; while more than half of the workers
 * are silent, it is all that is allowed, since the fault is then more likely on this side, and
 * nobody would be there to go on with the work.
 *
 * <p>Silence is counted on a clock of its own, which stands still while the coordinator itself was
 * away. Nothing here looks at all workers: not a message, and not a tick.
 */
final class Liveness {
  /**
   * A gap between two looks at the clock from which on the coordinator itself was away, and nobody
   * else silent.
   */
  private static final long STALL_NANOS = 1_000_000_000L;

  /** How soon a worker is looked at again that is silent together with most others. */
  private static final long AGAIN_NANOS = 100_000_000L;

  /** How many workers gone or left are remembered, and how many replaced incarnations. */
  private static final int GONE_KEPT = 1_000;

  private static final long PRIOR_FAILURE_NANOS = 3_600_000_000_000L;

  private final Timing timing;
  private final Map<String, WorkerRecord> byName = new TreeMap<>();
  private final Map<Long, WorkerRecord> byStream = new LinkedHashMap<>();
  private final Map<String, WorkerRecord> byIncarnation = new LinkedHashMap<>();
  private final Set<String> replaced = new LinkedHashSet<>();
  private final Map<String, WorkerRecord> gone = new LinkedHashMap<>();
  private final Set<String> left = new LinkedHashSet<>();
  private final Set<WorkerRecord> silent = new LinkedHashSet<>();
  private final Set<WorkerRecord> broken = new LinkedHashSet<>();
  private final Deadlines deadlines = new Deadlines();

  private boolean quiet;
  private long quietUntilNanos;
  private boolean looked;
  private long lookedNanos;
  private long forgivenNanos;
  private int connected;
  private double workerNanos;
  private long losses;

  Liveness(Timing timing) {
    this.timing = timing;
  }

  Collection<WorkerRecord> workers() {
    return byName.values();
  }

  /** How many have not been given up. */
  int present() {
    return byName.size() - gone.size();
  }

  @Nullable WorkerRecord named(String name) {
    return byName.get(name);
  }

  /** Whether the last of that name drained and left. */
  boolean hasLeft(String name) {
    return left.contains(name);
  }

  @Nullable WorkerRecord on(long stream) {
    return byStream.get(stream);
  }

  /** Null: not known, or not any more. */
  @Nullable WorkerRecord as(String incarnation) {
    return byIncarnation.get(incarnation);
  }

  /** Whether anybody works for this coordinator. */
  boolean anyConnected() {
    return connected > 0;
  }

  /** Null: not connected now. */
  @Nullable WorkerRecord connectedAs(String incarnation) {
    WorkerRecord worker = byIncarnation.get(incarnation);
    return worker != null && worker.connected() ? worker : null;
  }

  /** Whether this incarnation lost its name to a newer one. */
  boolean wasReplaced(String incarnation) {
    return replaced.contains(incarnation);
  }

  /**
   * Called before each decision: keeps time, and forgives everybody a silence that was the
   * coordinator's own.
   */
  void look(long nanos) {
    if (looked) {
      long gap = nanos - lookedNanos;
      workerNanos += (double) connected * Math.max(0, gap);
      if (gap > STALL_NANOS) {
        forgivenNanos += gap;
      }
    }
    looked = true;
    lookedNanos = nanos;
  }

  /** On the clock by which silence is counted. */
  private long steady(long nanos) {
    return nanos - forgivenNanos;
  }

  /**
   * After a start, somebody that the journal knows: given twice the time that a silent worker is,
   * to find the way back, since after a restart it is most likely alive. And for one lease nobody's
   * broken connection counts, while all of them dial anew.
   */
  void expect(String name, String incarnation, long nanos) {
    quiet = true;
    quietUntilNanos = nanos + timing.dead().toNanos();
    WorkerRecord worker = WorkerRecord.expected(name, incarnation, rhythm());
    take(worker, nanos);
  }

  private Rhythm rhythm() {
    return new Rhythm(timing.suspect().toNanos(), timing.dead().toNanos());
  }

  private void take(WorkerRecord worker, long heardNanos) {
    worker.heardNanos = heardNanos;
    worker.heardSteadyNanos = steady(heardNanos);
    left.remove(worker.name);
    byName.put(worker.name, worker);
    byIncarnation.put(worker.incarnation, worker);
    deadlines.by(worker, nextNanos(worker));
  }

  /**
   * Takes in a worker, new or back, on its newest stream; returns the record that it replaces, of
   * either kind.
   */
  @Nullable WorkerRecord join(Hello hello, long stream, long heardNanos) {
    WorkerRecord before = byName.get(hello.getName());
    WorkerRecord worker = WorkerRecord.joined(hello, rhythm());
    worker.stream = stream;
    worker.draining = hello.getDraining();
    if (before != null) {
      drop(before);
      if (before.incarnation.equals(worker.incarnation)) {
        worker.goOnFrom(before);
        if (before.known) {
          worker.rhythm.beat(steady(heardNanos) - before.heardSteadyNanos, 0);
        }
      } else {
        remember(replaced, before.incarnation);
      }
    }
    take(worker, heardNanos);
    byStream.put(stream, worker);
    connected++;
    return before;
  }

  /**
   * A heartbeat came. Returns whether the worker had been given up: it is back, and must be told
   * what it still holds.
   *
   * @param pausedNanos how long its process stood still since the one before, by its own word
   */
  boolean heard(WorkerRecord worker, long nanos, long pausedNanos) {
    long steady = steady(nanos);
    worker.gapNanos = Math.max(0, steady - worker.heardSteadyNanos);
    worker.rhythm.beat(worker.gapNanos, pausedNanos);
    worker.heardNanos = Math.max(worker.heardNanos, nanos);
    worker.heardSteadyNanos = Math.max(worker.heardSteadyNanos, steady);
    boolean back = worker.lost;
    if (back) {
      worker.lost = false;
      gone.remove(worker.name);
    }
    if (back || worker.suspect) {
      worker.suspect = false;
      silent.remove(worker);
      deadlines.by(worker, nextNanos(worker));
    }
    return back;
  }

  /** The stream is gone. Counts only if it is the newest of that worker. */
  void closed(long stream, long nanos) {
    WorkerRecord worker = byStream.get(stream);
    if (worker != null) {
      detach(worker);
      worker.broken = true;
      worker.brokenSteadyNanos = steady(nanos);
      if (!worker.lost) {
        broken.add(worker);
      }
    }
  }

  /**
   * Those whose silence has lasted long enough to give them up.
   *
   * @param heardUntilNanos everything that came in before was taken in
   */
  List<WorkerRecord> silent(long heardUntilNanos) {
    long now = steady(heardUntilNanos);
    List<WorkerRecord> late = deadlines.due(now);
    for (WorkerRecord worker : late) {
      if (watched(worker) && now - worker.heardSteadyNanos >= worker.rhythm.suspectNanos()) {
        worker.suspect = true;
        silent.add(worker);
      }
    }
    boolean many = silent.size() * 2 > present();
    List<WorkerRecord> dead = new ArrayList<>();
    for (WorkerRecord worker : late) {
      long silence = now - worker.heardSteadyNanos;
      if (watched(worker) && silence >= (many ? allowedNanos(worker) : patienceNanos(worker))) {
        dead.add(worker);
        // Again at the next tick, should this one not get to it.
        deadlines.by(worker, now);
      } else if (watched(worker)) {
        long next = nextNanos(worker);
        deadlines.by(worker, next > now ? next : now + AGAIN_NANOS);
      }
    }
    return dead;
  }

  private boolean watched(WorkerRecord worker) {
    return !worker.lost && byName.get(worker.name) == worker;
  }

  /** The next time that its silence could mean anything. */
  private long nextNanos(WorkerRecord worker) {
    return worker.heardSteadyNanos
        + (worker.suspect ? patienceNanos(worker) : worker.rhythm.suspectNanos());
  }

  private long patienceNanos(WorkerRecord worker) {
    return worker.known ? worker.rhythm.deadNanos() : allowedNanos(worker);
  }

  private long allowedNanos(WorkerRecord worker) {
    return worker.known ? timing.dead().toNanos() : 2 * timing.dead().toNanos();
  }

  /** From now on nobody counts on it; what it held goes to others. */
  void giveUp(WorkerRecord worker) {
    worker.lost = true;
    silent.remove(worker);
    broken.remove(worker);
    losses++;
    bury(worker);
  }

  /** A worker that drained and left: nothing to tell of it any more but that. */
  void forget(WorkerRecord worker) {
    drop(worker);
    byName.remove(worker.name, worker);
    remember(left, worker.name);
  }

  /**
   * Those with a broken connection whose grace is over: their leases may go to others that can
   * start them now. None while so many broke that the fault is more likely on this side.
   */
  List<WorkerRecord> movable(long nanos) {
    quiet &= nanos - quietUntilNanos < 0;
    if (quiet || broken.isEmpty() || (broken.size() >= 3 && broken.size() > connected)) {
      return List.of();
    }
    long grace = timing.connectionGrace().toNanos();
    return broken.stream()
        .filter(worker -> steady(nanos) - worker.brokenSteadyNanos >= grace)
        .toList();
  }

  /** All with a broken connection, be their grace over or not. */
  Collection<WorkerRecord> broken() {
    return broken;
  }

  /** Of one worker, from all of them; a first failure is assumed after an hour. */
  long meanTimeBetweenFailuresMillis() {
    return (long) ((workerNanos + PRIOR_FAILURE_NANOS) / (losses + 1) / 1e6);
  }

  void countLoss() {
    losses++;
  }

  /** Another record stands for it, or none. */
  private void drop(WorkerRecord worker) {
    detach(worker);
    silent.remove(worker);
    broken.remove(worker);
    gone.remove(worker.name);
    byIncarnation.remove(worker.incarnation, worker);
  }

  private void detach(WorkerRecord worker) {
    if (worker.connected()) {
      byStream.remove(worker.stream);
      worker.stream = 0;
      connected--;
    }
  }

  private static void remember(Set<String> those, String one) {
    those.add(one);
    if (those.size() > GONE_KEPT) {
      those.remove(those.iterator().next());
    }
  }

  private void bury(WorkerRecord worker) {
    gone.put(worker.name, worker);
    if (gone.size() > GONE_KEPT) {
      WorkerRecord oldest = gone.values().iterator().next();
      gone.remove(oldest.name);
      if (!oldest.connected()) {
        drop(oldest);
        byName.remove(oldest.name, oldest);
      }
    }
  }
}

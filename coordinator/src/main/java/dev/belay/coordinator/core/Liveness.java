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
 * nurse who listens for breath: a pulled cable makes her look, only silence makes her sign.
 */
final class Liveness {
  /**
   * A gap between two looks at the clock from which on the coordinator itself was away, and nobody
   * else silent.
   */
  private static final long STALL_NANOS = 1_000_000_000L;

  /** How many workers gone are remembered, and how many replaced incarnations. */
  private static final int GONE_KEPT = 1_000;

  private static final long PRIOR_FAILURE_NANOS = 3_600_000_000_000L;

  private final Timing timing;
  private final Map<String, WorkerRecord> byName = new TreeMap<>();
  private final Map<Long, WorkerRecord> byStream = new LinkedHashMap<>();
  private final Map<String, WorkerRecord> connectedByIncarnation = new LinkedHashMap<>();
  private final Set<String> replaced = new LinkedHashSet<>();
  private final Map<String, WorkerRecord> gone = new LinkedHashMap<>();

  private boolean quiet;
  private long quietUntilNanos;
  private boolean looked;
  private long lookedNanos;
  private int connected;
  private double workerNanos;
  private long losses;

  Liveness(Timing timing) {
    this.timing = timing;
  }

  Collection<WorkerRecord> workers() {
    return byName.values();
  }

  @Nullable WorkerRecord named(String name) {
    return byName.get(name);
  }

  @Nullable WorkerRecord on(long stream) {
    return byStream.get(stream);
  }

  /** Null: not connected now. */
  @Nullable WorkerRecord connectedAs(String incarnation) {
    return connectedByIncarnation.get(incarnation);
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
        for (WorkerRecord worker : byName.values()) {
          worker.heardNanos += gap;
          worker.brokenNanos += gap;
        }
      }
    }
    looked = true;
    lookedNanos = nanos;
  }

  /**
   * After a start, somebody that the journal knows: given twice the time that a silent worker is,
   * to find the way back, since after a restart it is most likely alive. And for one lease nobody's
   * broken connection counts, while all of them dial anew.
   */
  void expect(String name, String incarnation, long nanos) {
    quiet = true;
    quietUntilNanos = nanos + timing.dead().toNanos();
    WorkerRecord worker = WorkerRecord.expected(name, incarnation);
    worker.heardNanos = nanos;
    byName.put(name, worker);
  }

  /**
   * Takes in a worker, new or back, on its newest stream; returns the record that it replaces, of
   * either kind.
   */
  @Nullable WorkerRecord join(Hello hello, long stream, long heardNanos) {
    WorkerRecord before = byName.get(hello.getName());
    WorkerRecord worker = WorkerRecord.joined(hello);
    worker.stream = stream;
    worker.heardNanos = heardNanos;
    worker.draining = hello.getDraining();
    if (before != null) {
      detach(before);
      if (!before.incarnation.equals(worker.incarnation)) {
        remember(before.incarnation);
      }
    }
    byName.put(worker.name, worker);
    gone.remove(worker.name);
    byStream.put(stream, worker);
    connectedByIncarnation.put(worker.incarnation, worker);
    connected++;
    return before;
  }

  /**
   * Returns whether the worker had been given up: it is back, and must be told what it still holds.
   */
  boolean heard(WorkerRecord worker, long nanos) {
    worker.heardNanos = Math.max(worker.heardNanos, nanos);
    worker.suspect = false;
    boolean back = worker.lost;
    if (back) {
      worker.lost = false;
      gone.remove(worker.name);
    }
    return back;
  }

  /** The stream is gone. Counts only if it is the newest of that worker. */
  void closed(long stream, long nanos) {
    WorkerRecord worker = byStream.get(stream);
    if (worker != null) {
      detach(worker);
      worker.broken = true;
      worker.brokenNanos = nanos;
    }
  }

  /** Those whose silence has lasted long enough to give them up. */
  List<WorkerRecord> silent(long nanos) {
    List<WorkerRecord> silent = new ArrayList<>();
    for (WorkerRecord worker : byName.values()) {
      long silence = nanos - worker.heardNanos;
      worker.suspect |= silence >= timing.suspect().toNanos();
      if (!worker.lost && silence >= patienceNanos(worker)) {
        silent.add(worker);
      }
    }
    return silent;
  }

  private long patienceNanos(WorkerRecord worker) {
    return worker.known ? timing.dead().toNanos() : 2 * timing.dead().toNanos();
  }

  /** From now on nobody counts on it; what it held goes to others. */
  void giveUp(WorkerRecord worker) {
    worker.lost = true;
    losses++;
    bury(worker);
  }

  /** A worker that drained and left: nothing to tell of it any more. */
  void forget(WorkerRecord worker) {
    detach(worker);
    byName.remove(worker.name, worker);
    gone.remove(worker.name);
  }

  /**
   * Those with a broken connection whose grace is over: their leases may go to others that can
   * start them now. None while so many broke that the fault is more likely on this side.
   */
  List<WorkerRecord> movable(long nanos) {
    quiet &= nanos - quietUntilNanos < 0;
    if (quiet) {
      return List.of();
    }
    List<WorkerRecord> past = new ArrayList<>();
    int broken = 0;
    for (WorkerRecord worker : byName.values()) {
      if (worker.broken && !worker.connected() && !worker.lost) {
        broken++;
        if (nanos - worker.brokenNanos >= timing.connectionGrace().toNanos()) {
          past.add(worker);
        }
      }
    }
    return broken >= 3 && broken > connected ? List.of() : past;
  }

  /** Whether anybody is there whose silence or broken connection has to be watched. */
  boolean watching() {
    return !byName.isEmpty();
  }

  /** Of one worker, from all of them; a first failure is assumed after an hour. */
  long meanTimeBetweenFailuresMillis() {
    return (long) ((workerNanos + PRIOR_FAILURE_NANOS) / (losses + 1) / 1e6);
  }

  void countLoss() {
    losses++;
  }

  private void detach(WorkerRecord worker) {
    if (worker.connected()) {
      byStream.remove(worker.stream);
      connectedByIncarnation.remove(worker.incarnation);
      worker.stream = 0;
      connected--;
    }
  }

  private void remember(String incarnation) {
    replaced.add(incarnation);
    if (replaced.size() > GONE_KEPT) {
      replaced.remove(replaced.iterator().next());
    }
  }

  private void bury(WorkerRecord worker) {
    gone.put(worker.name, worker);
    if (gone.size() > GONE_KEPT) {
      WorkerRecord oldest = gone.values().iterator().next();
      gone.remove(oldest.name);
      if (!oldest.connected()) {
        byName.remove(oldest.name, oldest);
      }
    }
  }
}

package dev.belay.coordinator.core;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A job in the contest for room. What it is ordered by is frozen here, and changes only while it
 * stands in no line.
 */
final class Contender implements Comparable<Contender> {
  static final Comparator<Contender> BY_ALARM =
      Comparator.<Contender>comparingLong(one -> one.alarmMillis).thenComparingLong(one -> one.age);

  private static final Comparator<Contender> ORDER =
      Comparator.<Contender>comparingInt(one -> -one.priority())
          .thenComparingInt(one -> one.load)
          .thenComparingLong(one -> one.age);

  final JobRecord job;
  final Line line;
  private final long age;

  /** How many of its partitions run, those included that the decision under way places. */
  private int load;

  /** When to look again; {@link Long#MAX_VALUE}: when something changes. */
  long alarmMillis = Long.MAX_VALUE;

  boolean hasAlone;

  /** What it wants placed next; null: nothing. */
  private @Nullable TaskRecord next;

  Contender(JobRecord job, Line line, long age) {
    this.job = job;
    this.line = line;
    this.age = age;
  }

  @Override
  public int compareTo(Contender other) {
    return ORDER.compare(this, other);
  }

  int priority() {
    return job.spec.getPriority();
  }

  /** Whether leases of it that end early are followed by others. */
  boolean goesOn() {
    return job.phase() != null || job.runsPartitions();
  }

  boolean waits() {
    return next != null;
  }

  @Nullable TaskRecord next() {
    return next;
  }

  /** Whether its partitions are so short that one may wait in a worker's queue. */
  boolean quick() {
    return next != null && next.isPartition() && job.pace.quick();
  }

  /** How many partitions may still be placed, of those that wait for nothing but room. */
  int wants() {
    if (next == null) {
      return 0;
    }
    return next.isPartition() ? Math.min(job.ready.ready(), Math.max(0, allowed())) : 1;
  }

  private int allowed() {
    long limit = Integer.toUnsignedLong(job.spec.getMaxRunning());
    long left = limit == 0 ? Integer.MAX_VALUE : limit - load;
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, left));
  }

  /** Whether its limit leaves room for one more partition. */
  boolean mayRunMore() {
    return allowed() > 0;
  }

  /** Looks at the job anew. */
  void look(RetryPolicy retries, long wallMillis) {
    load = job.running;
    next = null;
    hasAlone = false;
    alarmMillis = Long.MAX_VALUE;
    TaskRecord phase = job.phase();
    if (phase != null) {
      look(phase, retries, wallMillis);
    } else if (job.runsPartitions()) {
      job.ready.pass(wallMillis, retries.longestMillis());
      alarmMillis = job.ready.nextMillis();
      if (mayRunMore()) {
        hasAlone = job.ready.hasAlone();
        next = partition(job.ready.first());
      }
    }
  }

  private void look(TaskRecord phase, RetryPolicy retries, long wallMillis) {
    if (!phase.waits()) {
      return;
    }
    if (!retries.due(phase, wallMillis)) {
      alarmMillis = phase.notBeforeMillis;
    } else if (phase.runsAlone()) {
      hasAlone = true;
    } else {
      next = phase;
    }
  }

  /** One of its tasks was placed: the next one, if it was from the line. */
  void placed(boolean alone) {
    TaskRecord done = next;
    if (job.runsPartitions()) {
      load++;
    }
    if (!alone && done != null) {
      skip();
    }
    if (!mayRunMore()) {
      next = null;
    }
  }

  /** Goes on with the task behind the next one. */
  void skip() {
    TaskRecord done = next;
    next = done == null || !done.isPartition() ? null : partition(job.ready.after(done.index));
  }

  private @Nullable TaskRecord partition(int index) {
    return index < 0 ? null : job.partitions[index];
  }
}

package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which job is next: the higher priority first, within a priority the one with the least running,
 * then the oldest. So of two jobs that wait, none ever runs more than one ahead of the other, and a
 * job of ten partitions does not wait for one of a hundred thousand.
 *
 * <p>Jobs that ask the same of a worker stand in one {@link Line}; who stands in a line whose pool
 * has no room is not looked at. What a decision costs depends on the jobs that changed since the
 * last one, never on how many there are or how long they are.
 */
final class FairShare {
  private final ClusterState state;
  private final Capacity capacity;
  private final RetryPolicy retries;
  private final Map<JobRecord, Contender> contenders = new LinkedHashMap<>();
  private final Map<Pool, Line> lines = new LinkedHashMap<>();
  private final Set<Line> waiting = new LinkedHashSet<>();

  /** Jobs by the job that they come after. */
  private final Map<JobRecord, Set<Contender>> after = new LinkedHashMap<>();

  /** By the time at which something of them may be assigned that may not yet. */
  private final NavigableSet<Contender> alarms = new TreeSet<>(Contender.BY_ALARM);

  /** Those with something that must run alone. */
  private final NavigableSet<Contender> alone = new TreeSet<>(Comparator.naturalOrder());

  private long ages;

  FairShare(ClusterState state, Capacity capacity, RetryPolicy retries) {
    this.state = state;
    this.capacity = capacity;
    this.retries = retries;
  }

  /** Null: the job is not known here. */
  @Nullable Pool pool(JobRecord job) {
    Contender contender = contenders.get(job);
    return contender == null ? null : contender.line.pool;
  }

  /** To be called first in each decision: takes in what changed, and what time has brought. */
  void settle(long wallMillis) {
    for (JobRecord job : state.drainTouched()) {
      if (job.ended()) {
        retire(job, wallMillis);
      } else {
        Contender contender = contenders.computeIfAbsent(job, this::enter);
        update(contender, wallMillis);
      }
    }
    while (!alarms.isEmpty() && alarms.first().alarmMillis <= wallMillis) {
      update(alarms.first(), wallMillis);
    }
    while (!alarms.isEmpty() && alarms.last().alarmMillis - wallMillis > retries.longestMillis()) {
      update(alarms.last(), wallMillis);
    }
  }

  private Contender enter(JobRecord job) {
    Pool pool = capacity.enter(job.demand);
    return new Contender(job, lines.computeIfAbsent(pool, Line::new), ++ages);
  }

  private void retire(JobRecord job, long wallMillis) {
    Contender contender = contenders.remove(job);
    if (contender != null) {
      withdraw(contender);
      capacity.leave(contender.line.pool);
      if (contender.line.pool.users == 0) {
        lines.remove(contender.line.pool);
      }
    }
    Set<Contender> successors = after.remove(job);
    if (successors != null) {
      successors.stream()
          .filter(successor -> contenders.get(successor.job) == successor)
          .forEach(successor -> update(successor, wallMillis));
    }
  }

  private void withdraw(Contender contender) {
    contender.line.leave(contender);
    if (contender.line.empty()) {
      waiting.remove(contender.line);
    }
    alarms.remove(contender);
    alone.remove(contender);
  }

  private void update(Contender contender, long wallMillis) {
    withdraw(contender);
    JobRecord unmet = After.unmet(state, contender.job);
    if (unmet != null) {
      after.computeIfAbsent(unmet, job -> new LinkedHashSet<>()).add(contender);
      return;
    }
    contender.look(retries, wallMillis);
    if (contender.alarmMillis != Long.MAX_VALUE) {
      alarms.add(contender);
    }
    if (contender.hasAlone) {
      alone.add(contender);
    }
    stand(contender);
  }

  private void stand(Contender contender) {
    if (contender.waits()) {
      contender.line.enter(contender);
      waiting.add(contender.line);
    }
  }

  /** The lines in which somebody waits. */
  List<Line> waiting() {
    return new ArrayList<>(waiting);
  }

  boolean nobodyWaits() {
    return waiting.isEmpty() && alone.isEmpty();
  }

  /** Those with something that must run alone, whoever is next first. */
  List<Contender> withAlone() {
    return List.copyOf(alone);
  }

  /**
   * A task of a job was placed by the decision under way: its share is larger from now on.
   *
   * @param runsAlone whether it was not the next of its line, but one that must run alone
   */
  void placed(Contender contender, boolean runsAlone) {
    contender.line.leave(contender);
    boolean more = alone.remove(contender);
    contender.placed(runsAlone);
    if (more) {
      alone.add(contender);
    }
    again(contender);
  }

  /** The next of a job has no place now: the decision under way goes on with the one behind it. */
  void skipped(Contender contender) {
    contender.line.leave(contender);
    contender.skip();
    again(contender);
  }

  /** Nothing of this job has a place now. */
  void passedOver(Contender contender) {
    contender.line.leave(contender);
    state.touch(contender.job);
    if (contender.line.empty()) {
      waiting.remove(contender.line);
    }
  }

  private void again(Contender contender) {
    state.touch(contender.job);
    if (contender.waits()) {
      contender.line.enter(contender);
    } else if (contender.line.empty()) {
      waiting.remove(contender.line);
    }
  }

  /** Null: it has ended, or was not seen yet. */
  @Nullable Contender of(JobRecord job) {
    return contenders.get(job);
  }
}

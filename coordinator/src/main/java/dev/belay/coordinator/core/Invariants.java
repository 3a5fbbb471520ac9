package dev.belay.coordinator.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What holds between any two events, whatever happened: counted and looked up anew, the long way.
 * Checked after a start, before anybody is answered, since a journal that adds up to nonsense must
 * not be built upon.
 */
final class Invariants {
  private final ClusterState state;

  private Invariants(ClusterState state) {
    this.state = state;
  }

  /**
   * Looks at every task once.
   *
   * @throws IllegalStateException that names the first thing that does not hold
   */
  static void check(ClusterState state) {
    new Invariants(state).check();
  }

  private void check() {
    Map<String, JobRecord> claims = new LinkedHashMap<>();
    long leased = 0;
    for (JobRecord job : state.jobs.values()) {
      leased += check(job);
      require(job.epochGeneration == state.epochGeneration, job, "of another generation");
      require(state.submits.get(job.key) == job, job, "its key leads elsewhere");
      require(state.active.contains(job) != job.ended(), job, "ended and active at once");
      if (!job.ended()) {
        job.spec.getOutputsList().forEach(output -> claims.put(output, job));
      }
    }
    if (!claims.equals(state.claims) || state.nextJob <= state.jobs.size()) {
      throw new IllegalStateException("the claimed outputs are not those of the unfinished jobs");
    }
    checkHoldings(leased);
  }

  private void checkHoldings(long leased) {
    long held = 0;
    for (String incarnation : state.holdings.incarnations()) {
      Holdings.Held holding = state.holdings.of(incarnation);
      held += holding.holds.size();
      long digest = 0;
      for (Hold hold : holding.holds) {
        digest += DesiredDigest.of(hold.lease());
        require(incarnation.equals(hold.incarnation), hold.task, "held by another than it says");
        require(hold.current(), hold.task, "held under a lease that has ended");
      }
      if (digest != holding.digest) {
        throw new IllegalStateException("the digest of what " + incarnation + " holds is wrong");
      }
    }
    if (held != leased) {
      throw new IllegalStateException(leased + " tasks are leased, " + held + " are held");
    }
  }

  /** Returns how many tasks are leased. */
  private static long check(JobRecord job) {
    int running = 0;
    int seconds = 0;
    int succeeded = 0;
    int ready = 0;
    int failed = 0;
    int quarantined = 0;
    int bisecting = 0;
    double weight = 0;
    double weightSucceeded = 0;
    for (TaskRecord task : job.partitions) {
      check(task);
      weight += task.weight;
      running += task.leased() ? 1 : 0;
      seconds += task.second == null ? 0 : 1;
      ready += task.waits() ? 1 : 0;
      boolean begun = task.attempts > 0 && task.state != PartitionState.PARTITION_SUCCEEDED;
      require(begun == job.begun.contains(task.index), job, task.text() + ": begun: " + begun);
      bisecting += task.narrowing() == null ? 0 : 1;
      failed += task.state == PartitionState.PARTITION_FAILED ? 1 : 0;
      quarantined += task.state == PartitionState.PARTITION_QUARANTINED ? 1 : 0;
      if (task.state == PartitionState.PARTITION_SUCCEEDED) {
        succeeded++;
        weightSucceeded += task.weight;
      }
    }
    check(job.planning);
    check(job.publishing);
    require(running == job.running, job, "running: " + job.running + ", counted " + running);
    require(succeeded == job.succeeded, job, "succeeded: " + job.succeeded);
    require(failed == job.failed, job, "failed: " + job.failed);
    require(quarantined == job.quarantined, job, "in quarantine: " + job.quarantined);
    require(bisecting == job.bisecting, job, "bisecting: " + job.bisecting);
    require(ready == job.ready.count(), job, "ready: " + job.ready.count() + ", counted " + ready);
    require(same(weight, job.weight) && same(weightSucceeded, job.weightSucceeded), job, "weights");
    checkPhase(job);
    return (long) running
        + seconds
        + (job.planning.leased() ? 1 : 0)
        + (job.publishing.leased() ? 1 : 0);
  }

  /** Sums of doubles, made in another order. */
  private static boolean same(double one, double other) {
    return Math.abs(one - other) <= 1e-9 * Math.max(one, other);
  }

  private static void checkPhase(JobRecord job) {
    boolean fits =
        switch (job.state) {
          case JOB_PENDING, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING -> job.stage() == job.state;
          case JOB_PAUSED, JOB_STOPPING -> job.manifest == null;
          case JOB_SUCCEEDED ->
              job.stage() == JobState.JOB_PUBLISHING && job.manifest != null && noneWaits(job);
          default -> noneWaits(job);
        };
    require(fits, job, "its tasks do not fit the state " + job.state);
    boolean publishes = job.publishing.leased() || job.manifest != null;
    require(
        job.ended() || !publishes || job.stage() == JobState.JOB_PUBLISHING,
        job,
        "published before its partitions are done");
    require(job.ended() || !job.objectsGone, job, "its objects are gone, and it goes on");
    boolean waits = job.ended() && !job.objectsGone;
    require((job.turn != null) == waits, job, "kept for ever, or not as long as it should be");
    require(
        job.turn == null || job.turn.atMillis() == Retention.untilMillis(job),
        job,
        "kept for another time than it should be");
  }

  private static boolean noneWaits(JobRecord job) {
    return job.planning.ended() && job.publishing.ended() && job.running == 0;
  }

  private static void check(TaskRecord task) {
    require(!(task.leased() && task.ended()), task, "ended and leased at once");
    Hold hold = task.hold;
    require(hold == null || hold.counter > 0, task, "leased without an epoch");
    require(hold == null || hold.counter == task.lineCounter, task, "held under an old epoch");
    require(task.lineCounter <= task.epochCounter, task, "an epoch that was never given");
    checkSecond(task);
    require(task.splitFrom < 0 || task.bounds != null, task, "cut off without bounds");
    require(task.splitFrom < task.index || task.splitFrom < 0, task, "cut off from a later one");
    boolean poisoned = task.state == PartitionState.PARTITION_QUARANTINED;
    require((task.poison != null) == poisoned, task, "poisoned, and not in quarantine");
    require(task.cutUnder <= task.epochCounter, task, "cut under an epoch that was never given");
    require(task.closed <= task.epochCounter, task, "an epoch is over that was never given");
    require(hold == null || hold.counter > task.closed, task, "held under an epoch that is over");
    require(
        Collections.disjoint(CheckpointRules.quarantined(task), task.job.released)
            && Collections.disjoint(CheckpointRules.quarantined(task), task.job.litter),
        task,
        "found unusable, and not kept");
    checkNarrowing(task);
    checkCheckpoints(task, task.checkpoints, task.lastSequence);
  }

  private static void checkNarrowing(TaskRecord task) {
    Narrowing narrowing = task.narrowing();
    if (narrowing != null) {
      boolean over =
          task.state == PartitionState.PARTITION_SUCCEEDED
              || task.state == PartitionState.PARTITION_QUARANTINED;
      require(!over, task, "bisected, and over");
      require(task.isPartition() && task.job.splittable, task, "bisected, and cannot be split");
      require(narrowing.depth() <= Bisection.MOST_DEPTH, task, "bisected too often");
      require(narrowing.depth() == 0 || task.bounds != null, task, "a half without bounds");
      require(narrowing.depth() > 0 || narrowing.bisect(), task, "a half that was never cut");
      require(!task.toBeCut() || task.second == null, task, "cut by two");
    }
  }

  private static void checkSecond(TaskRecord task) {
    Hold second = task.second;
    if (second != null) {
      require(task.hold != null && task.isPartition(), task, "a second lease without a first");
      require(second.counter > task.lineCounter, task, "a second lease older than the first");
      require(second.counter <= task.epochCounter, task, "an epoch that was never given");
      checkCheckpoints(task, second.own, second.lastSequence);
    }
  }

  private static void checkCheckpoints(
      TaskRecord task, List<Checkpoint> newestFirst, long lastSequence) {
    require(newestFirst.size() <= task.job.keeps(), task, "too many checkpoints");
    long above = lastSequence + 1;
    for (Checkpoint checkpoint : newestFirst) {
      require(checkpoint.getSequence() < above, task, "checkpoints out of order");
      above = checkpoint.getSequence();
      require(
          Epochs.ORDER.compare(checkpoint.getEpoch(), task.newestEpoch()) <= 0,
          task,
          "a checkpoint of an epoch that was never given");
      // Those of what failed or was cancelled may be gone on from, too.
      boolean done = task.state == PartitionState.PARTITION_SUCCEEDED;
      if (!done || (task.job.keepsSuccess() && !task.job.objectsGone)) {
        Set<String> needed = new LinkedHashSet<>(checkpoint.getReferencesList());
        needed.add(checkpoint.getObject().getKey());
        require(Collections.disjoint(needed, task.job.litter), task, "needed and litter");
        needed.retainAll(task.job.released);
        require(needed.isEmpty(), task, "needed and released: " + needed);
      }
    }
  }

  private static void require(boolean holds, TaskRecord task, String what) {
    if (!holds) {
      require(false, task.job, task.text() + ": " + what);
    }
  }

  private static void require(boolean holds, JobRecord job, String what) {
    if (!holds) {
      throw new IllegalStateException("the journal does not add up: " + job.id + ": " + what);
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses whom the demonstration kills and when, and keeps what is needed to tell what it cost:
 * told of each look at the job, it remembers every checkpoint it has seen. Does nothing itself.
 */
final class DemoKill {
  private static final double HALF = 0.5;

  /** By partition and sequence. */
  private final Map<Integer, Map<Long, Checkpoint>> checkpoints = new HashMap<>();

  private @Nullable JobDescription atKill;
  private String victim = "";
  private long killedMillis;
  private double partitionRate;

  /**
   * What became of a partition of the victim.
   *
   * @param lostMillis the work between the checkpoint and the kill; done twice
   */
  record Cost(Recovery recovery, long lostMillis) {}

  /** Takes note. */
  void look(JobDescription job) {
    for (PartitionDescription partition : job.getPartitionsList()) {
      if (partition.hasCheckpoint()) {
        checkpoints
            .computeIfAbsent(partition.getIndex(), index -> new TreeMap<>())
            .put(partition.getCheckpoint().getSequence(), partition.getCheckpoint());
      }
    }
  }

  /**
   * Whether now is the time: half-way, and someone holds nothing but partitions with a checkpoint.
   *
   * @return the worker to kill; null: not yet
   */
  @Nullable String due(JobDescription job) {
    double total = job.getSummary().getProgress().getTotal();
    boolean half = total > 0 && job.getSummary().getProgress().getDone() >= HALF * total;
    if (atKill != null || !half || job.getSummary().getState() != JobState.JOB_RUNNING) {
      return null;
    }
    Map<String, List<PartitionDescription>> byWorker =
        job.getPartitionsList().stream()
            .filter(partition -> partition.getState() == PartitionState.PARTITION_RUNNING)
            .collect(
                Collectors.groupingBy(
                    PartitionDescription::getWorker, TreeMap::new, Collectors.toList()));
    String best = null;
    int most = 0;
    for (Map.Entry<String, List<PartitionDescription>> entry : byWorker.entrySet()) {
      boolean saved = entry.getValue().stream().allMatch(PartitionDescription::hasCheckpoint);
      if (saved && entry.getValue().size() >= most) {
        best = entry.getKey();
        most = entry.getValue().size();
      }
    }
    return best;
  }

  /**
   * Takes note of the kill.
   *
   * @param elapsedMillis how long the job had been running, for the speed of its partitions
   */
  void killed(String worker, JobDescription job, long nowMillis, long elapsedMillis) {
    victim = worker;
    atKill = job;
    killedMillis = nowMillis;
    double done = job.getSummary().getProgress().getDone();
    partitionRate = done / Math.max(1, elapsedMillis) / Math.max(1, job.getPartitionsCount());
  }

  String victim() {
    return victim;
  }

  /** What the victim was working on. */
  List<Integer> lost() {
    JobDescription job = atKill;
    return job == null
        ? List.of()
        : job.getPartitionsList().stream()
            .filter(partition -> partition.getState() == PartitionState.PARTITION_RUNNING)
            .filter(partition -> partition.getWorker().equals(victim))
            .map(PartitionDescription::getIndex)
            .toList();
  }

  /** Whether everything that the victim held goes on elsewhere. */
  boolean recovered(JobDescription job) {
    if (atKill == null) {
      return false;
    }
    Set<Integer> restored =
        recoveries(job).stream().map(Recovery::getPartition).collect(Collectors.toSet());
    // What had been finished between the look and the kill needs no recovery.
    return lost().stream()
        .allMatch(
            index ->
                restored.contains(index)
                    || job.getPartitions(index).getState() == PartitionState.PARTITION_SUCCEEDED);
  }

  /** Of each partition that was recovered. */
  List<Cost> costs(JobDescription job) {
    List<Cost> costs = new ArrayList<>();
    for (Recovery recovery : recoveries(job)) {
      costs.add(new Cost(recovery, lostMillis(recovery, job)));
    }
    return costs;
  }

  /** What was done twice, as a share of the job. */
  double redoneShare(JobDescription job) {
    double total = job.getSummary().getProgress().getTotal();
    double lostMillis = costs(job).stream().mapToLong(Cost::lostMillis).sum();
    return total == 0 ? 0 : lostMillis * partitionRate / total;
  }

  /**
   * From when the state was taken that the partition resumed from to the kill; all of its work
   * where it began anew.
   */
  private long lostMillis(Recovery recovery, JobDescription job) {
    Checkpoint checkpoint =
        checkpoints
            .getOrDefault(recovery.getPartition(), Map.of())
            .get(recovery.getResumedFromSequence());
    long since =
        checkpoint != null && checkpoint.getCreatedMillis() > 0
            ? checkpoint.getCreatedMillis()
            : job.getSummary().getSubmittedMillis();
    return Math.max(0, killedMillis - since);
  }

  private List<Recovery> recoveries(JobDescription job) {
    return job.getRecoveriesList().stream()
        .filter(recovery -> recovery.getFromWorker().equals(victim))
        .filter(
            recovery ->
                recovery.getKind() == TaskKind.PARTITION
                    || recovery.getKind() == TaskKind.TASK_KIND_UNSPECIFIED)
        .filter(Recovery::hasRestoredMillis)
        .toList();
  }
}

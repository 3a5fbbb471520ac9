package dev.belay.bench.recovery;

import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What a description of a job says of its partitions. */
record Partitions(JobDescription job) {
  private List<PartitionDescription> all() {
    return job.getPartitionsList();
  }

  int count() {
    return all().size();
  }

  /** Whether every one has passed a safe point under its present lease, and has a checkpoint. */
  boolean settled() {
    return count() > 0 && all().stream().allMatch(it -> running(it) && it.hasCheckpoint());
  }

  boolean anyDone() {
    return all().stream().anyMatch(it -> it.getState() == PartitionState.PARTITION_SUCCEEDED);
  }

  private static boolean running(PartitionDescription partition) {
    return partition.getState() == PartitionState.PARTITION_RUNNING;
  }

  /** Who works on them. */
  Set<String> holders() {
    return all().stream()
        .map(PartitionDescription::getWorker)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Who works on these. */
  Set<String> holders(Set<Integer> indexes) {
    return all().stream()
        .filter(it -> indexes.contains(it.getIndex()))
        .map(PartitionDescription::getWorker)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The indexes of those that a worker holds. */
  Set<Integer> heldBy(String worker) {
    return all().stream()
        .filter(it -> it.getWorker().equals(worker))
        .map(PartitionDescription::getIndex)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  Set<Integer> indexes() {
    return all().stream()
        .map(PartitionDescription::getIndex)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Whether each of these has been leased anew since then, and has passed a safe point under the
   * new lease: it has restored its state, and done some work.
   */
  boolean wentOn(Set<Integer> indexes, Partitions before) {
    return all().stream()
        .filter(it -> indexes.contains(it.getIndex()))
        .allMatch(it -> running(it) && !it.getEpoch().equals(before.epoch(it.getIndex())));
  }

  /** The indexes of those that have been leased anew since then. */
  Set<Integer> leasedAnew(Partitions before) {
    return all().stream()
        .filter(it -> !it.getEpoch().equals(before.epoch(it.getIndex())))
        .map(PartitionDescription::getIndex)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether every one shows more progress than then. */
  boolean progressed(Partitions before) {
    return all().stream()
        .allMatch(
            it -> it.getProgress().getDone() > before.at(it.getIndex()).getProgress().getDone());
  }

  private Epoch epoch(int index) {
    return at(index).getEpoch();
  }

  private PartitionDescription at(int index) {
    return job.getPartitions(index);
  }

  /** The longest of these partitions' latest recoveries. */
  OptionalLong longest(Set<Integer> indexes, ToLongFunction<Recovery> millis) {
    return indexes.stream()
        .flatMapToLong(
            index ->
                job.getRecoveriesList().stream()
                    .filter(it -> it.getKind() == TaskKind.PARTITION)
                    .filter(it -> it.getPartition() == index && it.hasRestoredMillis())
                    .reduce((older, newer) -> newer)
                    .map(millis::applyAsLong)
                    .stream()
                    .mapToLong(Long::longValue))
        .max();
  }
}

package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.text.Counted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happened to a job between one look at it and the next, in lines for people. The first look
 * tells nothing of the past but what still stands in the way.
 */
public final class JobEvents {
  private final int troubleLooks;
  private final Set<String> lostSeen = new HashSet<>();
  private final Set<String> restoredSeen = new HashSet<>();
  private final Set<String> quarantinedSeen = new HashSet<>();
  private final Map<Integer, String> errors = new HashMap<>();
  private final TroubleEvents troubles = new TroubleEvents();
  private final StoreEvents store;
  private JobState state = JobState.JOB_STATE_UNSPECIFIED;
  private String trouble = "";
  private int troubleSeen;
  private int bisecting;
  private boolean first = true;

  private record Loss(String worker, Cause cause) {}

  /**
   * @param troubleLooks how many looks a trouble must last to be told
   */
  public JobEvents(int troubleLooks) {
    this.troubleLooks = troubleLooks;
    this.store = new StoreEvents(troubleLooks);
  }

  /** Takes note of the job as it is now. */
  public List<String> next(JobDescription job) {
    List<String> lines = new ArrayList<>();
    losses(job, lines);
    restored(job, lines);
    Map<Integer, Cause> causes = lastCauses(job);
    Map<String, List<Integer>> troubled = new LinkedHashMap<>();
    for (PartitionDescription partition : job.getPartitionsList()) {
      quarantined(partition, lines);
      if (Partitions.troubled(partition)
          && !partition.getError().equals(errors.get(partition.getIndex()))) {
        troubled
            .computeIfAbsent(partition.getError(), one -> new ArrayList<>())
            .add(partition.getIndex());
      } else {
        error(partition, causes, lines);
      }
    }
    if (first) {
      lines.clear();
      first = false;
    }
    troubles.next(troubled, lines);
    store.next(job.getStoreTrouble(), !troubled.isEmpty(), lines);
    stateChange(job, lines);
    bisecting(job.getSummary().getBisecting(), lines);
    trouble(job.getTrouble(), lines);
    return lines.stream().map(Human::line).toList();
  }

  /** Told once it has lasted: workers that are just starting are no trouble. */
  private void trouble(String now, List<String> lines) {
    troubleSeen = now.equals(trouble) ? troubleSeen + 1 : 1;
    trouble = now;
    if (troubleSeen == troubleLooks && !trouble.isEmpty()) {
      lines.add("waiting: " + trouble);
    }
  }

  /** Told once: its pieces come and go. */
  private void bisecting(int now, List<String> lines) {
    if (bisecting == 0 && now > 0) {
      lines.add("bisecting " + partitions(now) + ", to find what fails");
    }
    bisecting = now;
  }

  private void stateChange(JobDescription job, List<String> lines) {
    JobState now = job.getSummary().getState();
    if (now == state) {
      return;
    }
    if (now == JobState.JOB_RUNNING && state != JobState.JOB_STATE_UNSPECIFIED) {
      lines.add("planned: " + partitions(job.getSummary().getPartitions()));
    }
    state = now;
  }

  private void losses(JobDescription job, List<String> lines) {
    Map<Loss, List<Recovery>> byLoss = new LinkedHashMap<>();
    for (Recovery recovery : job.getRecoveriesList()) {
      if (lostSeen.add(key(recovery))) {
        byLoss
            .computeIfAbsent(
                new Loss(recovery.getFromWorker(), recovery.getCause()), k -> new ArrayList<>())
            .add(recovery);
      }
    }
    byLoss.forEach((loss, recoveries) -> lines.add(lost(loss, recoveries)));
  }

  private static String lost(Loss loss, List<Recovery> recoveries) {
    String what = recoveries.size() == 1 ? task(recoveries.get(0)) : partitions(recoveries.size());
    long detected = recoveries.stream().mapToLong(Recovery::getDetectedMillis).max().orElse(0);
    String after =
        switch (loss.cause()) {
          case CONNECTION_LOST, HEARTBEAT_TIMEOUT, WORKER_RESTARTED ->
              ", noticed after " + Human.duration(detected);
          default -> "";
        };
    return loss.worker() + ": " + Names.of(loss.cause()) + after + "; " + what + " to be resumed";
  }

  private void restored(JobDescription job, List<String> lines) {
    for (Recovery recovery : job.getRecoveriesList()) {
      if (recovery.hasRestoredMillis() && restoredSeen.add(key(recovery))) {
        String from =
            recovery.getResumedFromSequence() == 0
                ? "from its start"
                : "from checkpoint " + Long.toUnsignedString(recovery.getResumedFromSequence());
        lines.add(
            task(recovery)
                + " goes on at "
                + recovery.getToWorker()
                + " "
                + from
                + ", "
                + Human.duration(recovery.getRestoredMillis())
                + " later");
      }
    }
  }

  private void quarantined(PartitionDescription partition, List<String> lines) {
    for (QuarantinedCheckpoint bad : partition.getQuarantinedList()) {
      if (quarantinedSeen.add(partition.getIndex() + "/" + bad.getSequence())) {
        lines.add(
            "partition "
                + partition.getIndex()
                + ": checkpoint "
                + Long.toUnsignedString(bad.getSequence())
                + " is unusable ("
                + bad.getMessage()
                + "), falling back to the one before");
      }
    }
  }

  private void error(
      PartitionDescription partition, Map<Integer, Cause> causes, List<String> lines) {
    String error = partition.getError();
    String known = errors.getOrDefault(partition.getIndex(), "");
    if (!error.equals(known)) {
      errors.put(partition.getIndex(), error);
      // That its worker was lost has been told, for all of the worker's partitions in one line.
      boolean told =
          partition.getState() == PartitionState.PARTITION_RECOVERING
              && causes.get(partition.getIndex()) != Cause.APPLICATION_ERROR;
      // Of what is bisected the end is told: it comes in dozens of pieces.
      if (!error.isEmpty() && !told && !partition.hasBisected()) {
        lines.add("partition " + partition.getIndex() + ": " + error);
      }
    }
  }

  private static Map<Integer, Cause> lastCauses(JobDescription job) {
    Map<Integer, Cause> causes = new HashMap<>();
    for (Recovery recovery : job.getRecoveriesList()) {
      if (recovery.getKind() == TaskKind.PARTITION) {
        causes.put(recovery.getPartition(), recovery.getCause());
      }
    }
    return causes;
  }

  private static String task(Recovery recovery) {
    return recovery.getKind() == TaskKind.PLAN
        ? "planning"
        : recovery.getKind() == TaskKind.PUBLISH
            ? "publishing"
            : "partition " + recovery.getPartition();
  }

  private static String partitions(int count) {
    return Counted.of(count, "partition");
  }

  private static String key(Recovery recovery) {
    return recovery.getKind()
        + "/"
        + recovery.getPartition()
        + "/"
        + recovery.getEpoch().getGeneration()
        + "."
        + recovery.getEpoch().getCounter()
        + "/"
        + recovery.getFromWorker();
  }
}

package dev.belay.jobs.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.jobs.cli.view.Human;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When the demonstration's first region is killed, and what that cost: told of each look at the
 * job, it remembers every checkpoint it has seen. Does nothing itself.
 */
final class DisasterAccount {
  private static final double HALF = 0.5;

  /** By partition and sequence. */
  private final Map<Integer, Map<Long, Checkpoint>> checkpoints = new HashMap<>();

  private @Nullable JobDescription atKill;
  private MirrorStatus mirror = MirrorStatus.getDefaultInstance();
  private long killedMillis;
  private long recoveredMillis;

  /**
   * What became of a partition that was running.
   *
   * @param checkpointsLost of those that had counted
   * @param lostMillis from when the state was taken that it went on from to the kill
   */
  record Loss(int partition, long resumedFrom, long checkpointsLost, long lostMillis) {}

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

  /** Whether now is the time: half-way, all that runs has a checkpoint, and the mirror is there. */
  boolean due(JobDescription job, MirrorStatus mirror) {
    return job.getSummary().getState() == JobState.JOB_RUNNING
        && share(job) >= HALF
        && running(job).stream().allMatch(PartitionDescription::hasCheckpoint)
        && mirror.getState() == MirrorStatus.State.UP_TO_DATE;
  }

  void killed(JobDescription job, MirrorStatus status, long nowMillis) {
    atKill = job;
    mirror = status;
    killedMillis = nowMillis;
  }

  /** Whether everything that was running goes on in the other region; takes note when. */
  boolean recovered(JobDescription job, long nowMillis) {
    Set<Integer> restored =
        recoveries(job).stream().map(Recovery::getPartition).collect(Collectors.toSet());
    JobDescription before = atKill;
    boolean all =
        before != null
            && running(before).stream()
                .allMatch(one -> restored.contains(one.getIndex()) || wentOn(job, one));
    if (all && recoveredMillis == 0) {
      recoveredMillis = nowMillis;
    }
    return all;
  }

  /** Whether it is done, or has a checkpoint of a later generation. */
  private static boolean wentOn(JobDescription job, PartitionDescription before) {
    return job.getPartitionsList().stream()
        .filter(one -> one.getIndex() == before.getIndex())
        .anyMatch(
            one ->
                one.getState() == PartitionState.PARTITION_SUCCEEDED
                    || one.getCheckpoint().getEpoch().getGeneration()
                        > before.getEpoch().getGeneration());
  }

  /** Of each partition that was running and went on. */
  List<Loss> losses(JobDescription job) {
    List<Loss> losses = new ArrayList<>();
    for (Recovery recovery : recoveries(job)) {
      Map<Long, Checkpoint> seen = checkpoints.getOrDefault(recovery.getPartition(), Map.of());
      long from = recovery.getResumedFromSequence();
      Checkpoint checkpoint = seen.get(from);
      long since =
          checkpoint != null && checkpoint.getCreatedMillis() > 0
              ? checkpoint.getCreatedMillis()
              : job.getSummary().getSubmittedMillis();
      long lost = seen.keySet().stream().filter(sequence -> sequence > from).count();
      losses.add(new Loss(recovery.getPartition(), from, lost, Math.max(0, killedMillis - since)));
    }
    return losses;
  }

  private static List<Recovery> recoveries(JobDescription job) {
    return job.getRecoveriesList().stream()
        .filter(recovery -> recovery.getCause() == Cause.REGION_LOST)
        .filter(Recovery::hasRestoredMillis)
        .sorted(Comparator.comparingInt(Recovery::getPartition))
        .toList();
  }

  private static List<PartitionDescription> running(JobDescription job) {
    return job.getPartitionsList().stream()
        .filter(partition -> partition.getState() == PartitionState.PARTITION_RUNNING)
        .toList();
  }

  private static double share(JobDescription job) {
    double total = job.getSummary().getProgress().getTotal();
    return total == 0 ? 0 : job.getSummary().getProgress().getDone() / total;
  }

  private double killedAtShare() {
    return atKill == null ? 0 : share(atKill);
  }

  private long recoveryMillis() {
    return recoveredMillis - killedMillis;
  }

  /**
   * For people.
   *
   * @param victims who was killed
   * @param said by the coordinator that recovered
   */
  List<String> lines(JobDescription job, String victims, List<String> said, String result) {
    List<Loss> losses = losses(job);
    long mostMillis = losses.stream().mapToLong(Loss::lostMillis).max().orElse(0);
    long lost = losses.stream().mapToLong(Loss::checkpointsLost).sum();
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "killed",
        String.format(
            Locale.ROOT,
            "the first region by SIGKILL at %.0f %% of the job: %s",
            killedAtShare() * 100,
            victims));
    line(
        lines,
        "mirror",
        "%s behind: %d records, %s"
            .formatted(
                Human.duration(mirror.getMillisBehind()),
                mirror.getRecordsBehind(),
                Human.bytes(mirror.getBytesBehind())));
    String name = "recovered";
    for (String one : said) {
      line(lines, name, one);
      name = "";
    }
    line(
        lines,
        "resumed",
        recoveredMillis == 0
            ? "not all that was running"
            : "all that was running, %s after the kill: %s"
                .formatted(
                    Human.duration(recoveryMillis()),
                    DemoCommand.partitionsText(losses.stream().map(Loss::partition).toList())));
    line(
        lines,
        "lost",
        "%s, so at most the last %s of each partition, which was done again"
            .formatted(
                lost == 1 ? "1 checkpoint" : lost + " checkpoints", Human.duration(mostMillis)));
    line(lines, "result", result);
    return lines;
  }

  private static void line(List<String> lines, String name, String text) {
    lines.add(String.format("%-11s %s", name, text));
  }

  /** For programs: a field of the job's document. */
  void write(JsonGenerator json, JobDescription job) throws IOException {
    json.writeObjectFieldStart("disaster");
    json.writeNumberField("killedAtShare", killedAtShare());
    json.writeNumberField("mirrorMillisBehind", mirror.getMillisBehind());
    json.writeNumberField("mirrorRecordsBehind", mirror.getRecordsBehind());
    if (recoveredMillis == 0) {
      json.writeNullField("recoveredAfterMillis");
    } else {
      json.writeNumberField("recoveredAfterMillis", recoveryMillis());
    }
    json.writeArrayFieldStart("partitions");
    for (Loss loss : losses(job)) {
      json.writeStartObject();
      json.writeNumberField("partition", loss.partition());
      json.writeNumberField("resumedFromSequence", loss.resumedFrom());
      json.writeNumberField("checkpointsLost", loss.checkpointsLost());
      json.writeNumberField("lostMillis", loss.lostMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}

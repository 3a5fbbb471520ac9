package dev.belay.jobs.cli;

import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import java.util.List;
import java.util.stream.Collectors;

/** Which checkpoint a user means. */
final class CheckpointArguments {
  /**
   * A checkpoint that a job has.
   *
   * @param job what the coordinator says of the job
   * @param newest whether it is the one that the partition would go on from
   */
  record Found(ListCheckpointsReply job, KeptCheckpoint checkpoint, boolean newest) {}

  private CheckpointArguments() {}

  /**
   * Asks the coordinator for it.
   *
   * @param sequence empty: the newest
   * @throws CliException if there is none, saying which there are
   */
  static Found find(CoordinatorClient client, String job, String partition, String sequence) {
    int index = number("PARTITION", partition);
    ListCheckpointsRequest request =
        ListCheckpointsRequest.newBuilder()
            .setJob(job)
            .setOnlyPartition(index)
            .setWhole(true)
            .build();
    ListCheckpointsReply reply = client.checkpoints(request);
    List<KeptCheckpoint> all =
        CheckpointPages.of(client, reply.getJobId(), index).stream()
            .filter(KeptCheckpoint::hasCheckpoint)
            .toList();
    if (all.isEmpty()) {
      throw CliException.usage(none(reply, index));
    }
    if (sequence.isEmpty()) {
      return new Found(reply, all.get(0), true);
    }
    long wanted = sequence(sequence);
    for (KeptCheckpoint one : all) {
      if (one.getCheckpoint().getSequence() == wanted) {
        return new Found(reply, one, one == all.get(0));
      }
    }
    throw CliException.usage(
        "partition %d of %s has no checkpoint %s: %s"
            .formatted(
                index,
                reply.getJobId(),
                sequence,
                all.stream()
                    .map(one -> Long.toUnsignedString(one.getCheckpoint().getSequence()))
                    .collect(Collectors.joining(", "))));
  }

  private static String none(ListCheckpointsReply job, int index) {
    if (job.getRemovedMillis() != 0) {
      return "what " + job.getJobId() + " had stored was removed: 'belay describe' says when";
    }
    if (job.getPartitions() == 0) {
      return job.getJobId() + " is not cut into partitions yet";
    }
    return index < job.getPartitions()
        ? "partition " + index + " of " + job.getJobId() + " has no checkpoint"
        : "%s has no partition %d, but 0 to %d"
            .formatted(job.getJobId(), index, job.getPartitions() - 1);
  }

  /** A small number, such as that of a partition. */
  static int number(String what, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CliException(ExitCode.USAGE, what + " " + text + " is no number", e);
    }
    throw CliException.usage(what + " " + text + " is below 0");
  }

  static long sequence(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new CliException(ExitCode.USAGE, "SEQUENCE " + text + " is no number", e);
    }
  }
}

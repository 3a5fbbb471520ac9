package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.storage.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which checkpoint a user means. */
final class CheckpointArguments {
  /**
   * A checkpoint that a job has.
   *
   * @param job what the coordinator says of the job
   * @param newest whether it is the one that the partition would go on from
   */
  record Found(ListCheckpointsReply job, KeptCheckpoint checkpoint, boolean newest) {}

  private static final int MOST_TRIES = 5;

  private CheckpointArguments() {}

  /**
   * How many words there are.
   *
   * @param wanted as the synopsis has them
   * @throws ParameterException if that are too few or too many
   */
  static void count(CommandSpec spec, List<String> words, int least, int most, String wanted) {
    if (words.size() < least) {
      throw new ParameterException(
          spec.commandLine(), words.isEmpty() ? "Name " + wanted : "Too little: name " + wanted);
    }
    if (words.size() > most) {
      throw new ParameterException(
          spec.commandLine(), "Too much: '%s'; name %s".formatted(words.get(most), wanted));
    }
  }

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
    checkPartition(reply, index);
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
        "partition %d of %s has no checkpoint %s: it keeps %s%s"
            .formatted(
                index,
                reply.getJobId(),
                sequence,
                all.stream()
                    .map(one -> Long.toUnsignedString(one.getCheckpoint().getSequence()))
                    .collect(Collectors.joining(", ")),
                movesOn(reply)));
  }

  /** What to do where checkpoints come and go; empty where they stay. */
  static String movesOn(ListCheckpointsReply job) {
    return job.getState() == JobState.JOB_RUNNING
        ? ", and as the job runs newer ones: 'belay pause %s' first".formatted(job.getJobId())
        : "";
  }

  /**
   * Whether there is such a partition.
   *
   * @throws CliException saying which there are
   */
  static void checkPartition(ListCheckpointsReply job, int index) {
    if (job.getPartitions() > 0) {
      checkPartition(job.getJobId(), job.getPartitions(), index);
    }
  }

  /** As {@link #checkPartition(ListCheckpointsReply, int)}, of a job that is cut already. */
  static void checkPartition(String jobId, int partitions, int index) {
    if (index >= partitions) {
      throw CliException.usage(
          "%s has no partition %d, but 0%s"
              .formatted(jobId, index, partitions == 1 ? " alone" : " to " + (partitions - 1)));
    }
  }

  /** What is done with a checkpoint. */
  interface Use<T, E extends IOException> {
    T of(Found found) throws E, StoreException;
  }

  /**
   * Finds a checkpoint, and does something that reads it. A job that runs may drop it meanwhile; of
   * who wants the newest, that is then another one.
   *
   * @param sequence empty: the newest
   * @throws CliException if there is none
   * @throws StoreException if it is there and cannot be read
   */
  static <T, E extends IOException> T use(
      CoordinatorClient client, String job, String partition, String sequence, Use<T, E> use)
      throws E, StoreException {
    for (int tries = 1; ; tries++) {
      Found found = find(client, job, partition, sequence);
      try {
        return use.of(found);
      } catch (StoreException e) {
        if (isKept(client, found)) {
          throw e;
        }
        if (!sequence.isEmpty() || tries == MOST_TRIES) {
          throw new CliException(
              ExitCode.FAILED,
              "checkpoint %s of partition %d of %s was dropped while it was read, for newer ones"
                      .formatted(
                          Long.toUnsignedString(found.checkpoint().getCheckpoint().getSequence()),
                          found.checkpoint().getPartition(),
                          found.job().getJobId())
                  + ": 'belay pause %s' first".formatted(found.job().getJobId()),
              e);
        }
      }
    }
  }

  private static boolean isKept(CoordinatorClient client, Found found) {
    KeptCheckpoint used = found.checkpoint();
    return CheckpointPages.of(client, found.job().getJobId(), used.getPartition()).stream()
        .anyMatch(one -> one.getCheckpoint().getObject().equals(used.getCheckpoint().getObject()));
  }

  private static String none(ListCheckpointsReply job, int index) {
    if (job.getRemovedMillis() != 0) {
      return "what %s had stored was removed: 'belay describe %s' says when"
          .formatted(job.getJobId(), job.getJobId());
    }
    return job.getPartitions() == 0
        ? job.getJobId() + " is not cut into partitions yet"
        : "partition " + index + " of " + job.getJobId() + " has no checkpoint";
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

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.PartitionState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which partitions of a job a user wants to see. */
final class PartitionOptions {
  @Option(names = "--all", description = "Show every partition.")
  boolean all;

  @Option(
      names = "--partitions",
      paramLabel = "FROM..TO",
      description = "Show these partitions, as in 100..199, or one.")
  @Nullable String range;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description =
          "Show the partitions in these states, with commas between: pending, running,"
              + " recovering, draining, paused, succeeded, failed, quarantined, cancelled.")
  List<String> states = List.of();

  /** Whether anything was said. */
  boolean given() {
    return all || range != null || !states.isEmpty();
  }

  /** The last partition that is wanted. */
  int last() {
    return bound(false);
  }

  /**
   * @throws CliException saying what is wrong and how to mend it
   */
  DescribeJobRequest.Builder request(String job) {
    DescribeJobRequest.Builder request =
        DescribeJobRequest.newBuilder().setJob(job).setFromPartition(bound(true));
    states.forEach(state -> request.addStates(state(state)));
    return request;
  }

  /**
   * Whether the job has such partitions.
   *
   * @throws CliException saying which it has
   */
  void check(JobSummary job) {
    if (range != null && job.getPartitions() > 0) {
      CheckpointArguments.checkPartition(job.getJobId(), job.getPartitions(), bound(true));
    }
  }

  /** Said where there are none; empty: nothing. */
  String none() {
    return states.isEmpty()
        ? ""
        : "no partition%s is %s"
            .formatted(
                range == null ? "" : " of " + range,
                states.stream()
                    .map(state -> state.toUpperCase(Locale.ROOT))
                    .collect(Collectors.joining(" or ")));
  }

  private int bound(boolean first) {
    if (range == null) {
      return first ? 0 : Integer.MAX_VALUE;
    }
    int dots = range.indexOf("..");
    try {
      int from = Integer.parseInt(dots < 0 ? range : range.substring(0, dots));
      int to = dots < 0 ? from : Integer.parseInt(range.substring(dots + 2));
      if (from < 0 || to < from) {
        throw new NumberFormatException("not a range");
      }
      return first ? from : to;
    } catch (NumberFormatException e) {
      throw new CliException(
          ExitCode.USAGE, "--partitions is FROM..TO, as in 100..199, not " + range, e);
    }
  }

  private static PartitionState state(String name) {
    return Arrays.stream(PartitionState.values())
        .filter(state -> shown(state) && word(state).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                CliException.usage(
                    "--state: '"
                        + name
                        + "' is none of "
                        + Arrays.stream(PartitionState.values())
                            .filter(PartitionOptions::shown)
                            .map(PartitionOptions::word)
                            .collect(Collectors.joining(", "))));
  }

  private static boolean shown(PartitionState state) {
    return state != PartitionState.PARTITION_STATE_UNSPECIFIED
        && state != PartitionState.UNRECOGNIZED;
  }

  private static String word(PartitionState state) {
    return Names.of(state).toLowerCase(Locale.ROOT);
  }
}

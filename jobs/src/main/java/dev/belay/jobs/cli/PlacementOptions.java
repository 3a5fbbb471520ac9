package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Placement;
import dev.belay.runtime.wire.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and when a user wants a job to run. */
final class PlacementOptions {
  private static final int MOST_PRIORITY = 1_000;

  @Option(
      names = "--require",
      paramLabel = "KEY=VALUE",
      description =
          "A label that a worker must have to get any of it, such as gpu=yes; once for each. See"
              + " --label of 'belay worker'.")
  List<String> require = List.of();

  @Option(
      names = "--placement",
      paramLabel = "ORDER",
      defaultValue = "spread",
      description =
          "Which worker gets a partition: spread (most free slots, then where its checkpoint lies,"
              + " then the host with the least of the job), pack (fewest free slots), round-robin,"
              + " or weighted (largest share of slots free) (default: spread).")
  String placement = "spread";

  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "Higher goes first, and takes slots from lower ones that then go on from a final"
              + " checkpoint; -1000 to 1000 (default: 0).")
  @Nullable Integer priority;

  @Option(
      names = "--max-running",
      paramLabel = "N",
      description = "How many of its partitions may run at a time (default: no limit).")
  @Nullable Integer maxRunning;

  @Option(
      names = "--after",
      paramLabel = "JOB",
      description =
          "Begin when this job, by id or name (the newest of that name that has not ended), has"
              + " succeeded; once for each.")
  List<String> after = List.of();

  /**
   * @throws CliException saying what is wrong and how to mend it
   */
  void addTo(JobSpec.Builder spec) {
    spec.addAllRequire(labels("--require", require))
        .setPlacement(placement())
        .setPriority(within("--priority", priority, -MOST_PRIORITY, MOST_PRIORITY))
        .setMaxRunning(within("--max-running", maxRunning, 1, SubmitOptions.MAX_PARTITIONS))
        .addAllAfter(after);
  }

  /** Reads labels as they are given to an option. */
  static List<Label> labels(String option, List<String> texts) {
    try {
      List<Label> labels = new ArrayList<>();
      for (String text : texts) {
        labels.add(Labels.parse(text));
      }
      String wrong = Labels.problem(labels);
      if (wrong != null) {
        throw CliException.usage(option + ": " + wrong);
      }
      return labels;
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }

  private Placement placement() {
    return switch (placement) {
      case "spread" -> Placement.PLACEMENT_SPREAD;
      case "pack" -> Placement.PLACEMENT_PACK;
      case "round-robin" -> Placement.PLACEMENT_ROUND_ROBIN;
      case "weighted" -> Placement.PLACEMENT_WEIGHTED;
      default ->
          throw CliException.usage(
              "--placement " + placement + " is neither spread, pack, round-robin nor weighted");
    };
  }

  private static int within(String option, @Nullable Integer given, int least, int most) {
    if (given == null) {
      return 0;
    }
    if (given < least || given > most) {
      throw CliException.usage(option + " " + given + " is not within " + least + " to " + most);
    }
    return given;
  }
}

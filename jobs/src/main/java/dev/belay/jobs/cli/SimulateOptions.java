package dev.belay.jobs.cli;

import dev.belay.jobs.simulation.Options;
import dev.belay.jobs.simulation.faults.Fault;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Within what schedules are drawn. */
final class SimulateOptions {
  @Option(
      names = "--faults",
      paramLabel = "KINDS",
      defaultValue = "all",
      description = "What may go wrong: all, none, or kinds with commas between (default: all).")
  String faults;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many workers (default: drawn).")
  int workers;

  @Option(
      names = "--submits",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many jobs are submitted (default: drawn).")
  int submits;

  @Option(
      names = "--millis",
      paramLabel = "N",
      defaultValue = "0",
      description = "How long things go wrong, in virtual milliseconds (default: drawn).")
  long millis;

  /** Whether anything is not as it is by default. */
  boolean given() {
    return !faults.equals("all") || workers != 0 || submits != 0 || millis != 0;
  }

  Options options() {
    if (workers < 0 || workers > 26) {
      throw CliException.usage("--workers is from 1 to 26, not " + workers);
    }
    if (submits < 0 || submits > 100) {
      throw CliException.usage("--submits is from 1 to 100, not " + submits);
    }
    if (millis < 0 || millis > 86_400_000) {
      throw CliException.usage("--millis is from 1 to 86400000, not " + millis);
    }
    return new Options(kinds(), workers, submits, millis);
  }

  private Set<Fault> kinds() {
    if (faults.equals("all")) {
      return EnumSet.allOf(Fault.class);
    }
    EnumSet<Fault> kinds = EnumSet.noneOf(Fault.class);
    if (!faults.equals("none")) {
      for (String word : faults.split(",")) {
        kinds.add(kind(word));
      }
    }
    return kinds;
  }

  private static Fault kind(String word) {
    return Arrays.stream(Fault.values())
        .filter(fault -> fault.option().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                CliException.usage(
                    "--faults: '"
                        + word
                        + "' is none of: all, none, "
                        + Arrays.stream(Fault.values())
                            .map(Fault::option)
                            .collect(Collectors.joining(", "))));
  }
}

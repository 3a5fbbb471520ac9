package dev.belay.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself, which does nothing without a subcommand. */
@Command(
    name = "belay",
    description = "Runs batch jobs so that no crash costs more than the last seconds of work.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  belay demo                                    watch a worker die",
      "  belay run primes -p upTo=1e10                 run a job on this machine",
      "  belay coordinator                             or begin a cluster,",
      "  belay worker --coordinator 10.0.0.5:7070      let machines join it,",
      "  belay submit primes -p upTo=1e12 --wait       and give it work",
      "  belay bench                                   measure it on this machine",
      "",
      "Exit codes: 0 done, 1 the job failed or was cancelled, 2 wrong usage, 3 no",
      "coordinator."
    })
final class BelayCommand implements Callable<Integer> {
  @Mixin StandardOptions standard;

  @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
  boolean version;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }
}

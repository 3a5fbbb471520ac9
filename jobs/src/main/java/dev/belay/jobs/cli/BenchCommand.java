package dev.belay.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Named here to be listed among the others: the launcher runs the benchmarks, which are a program
 * of their own, and this says so to whom it did not.
 */
@Command(
    name = "bench",
    description = {
      "Measures Belay on this machine.",
      "A program of its own, which the launcher ./belay starts; its own --help says what there is"
          + " to measure."
    },
    footer = {"", "Examples:", "  belay bench", "  belay bench checkpoint.incremental"})
final class BenchCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "BENCHMARK", description = "Which ones; all otherwise.")
  String[] words = {};

  @Mixin StandardOptions standard;

  @Override
  public Integer call() {
    throw CliException.usage(
        "the benchmarks are a program of their own: run them by the launcher, ./belay bench");
  }
}

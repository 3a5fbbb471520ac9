package dev.belay.jobs.cli;

import picocli.CommandLine.Option;

/** What every subcommand takes. */
final class StandardOptions {
  @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
  boolean help;

  /** For the help alone: taken out before parsing, since it may stand in any position. */
  @Option(
      names = "--json",
      description = "Print one JSON document, and nothing else, on standard output.")
  boolean json;
}

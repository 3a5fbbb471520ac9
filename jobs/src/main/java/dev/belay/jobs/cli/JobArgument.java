package dev.belay.jobs.cli;

import picocli.CommandLine.Parameters;

/** A job that was submitted. */
final class JobArgument {
  @Parameters(
      index = "0",
      paramLabel = "JOB",
      description = "The id that 'belay submit' printed, or the job's name if only one has it.")
  String job = "";
}

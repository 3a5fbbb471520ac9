package dev.belay.jobs.cli;

import picocli.CommandLine.Parameters;

/** A job that was submitted. */
final class JobArgument {
  @Parameters(
      index = "0",
      paramLabel = "JOB",
      description =
          "The id that 'belay submit' printed, or the job's name: of several with that name the one"
              + " that has not ended, else the newest.")
  String job = "";
}

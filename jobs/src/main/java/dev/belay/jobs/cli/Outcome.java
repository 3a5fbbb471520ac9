package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.JobPage;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.text.Counted;

/** How a job that was followed has ended. */
final class Outcome {
  private Outcome() {}

  /**
   * Prints it.
   *
   * @return the exit code
   */
  static int report(Output output, CoordinatorClient client, JobDescription job) {
    JobSummary summary = job.getSummary();
    if (!output.json()) {
      JobPage.result(job).forEach(output::line);
    }
    document(output, client, job);
    String took = Human.duration(summary.getEndedMillis() - summary.getSubmittedMillis());
    String error = summary.getError().isEmpty() ? "" : ": " + Human.line(summary.getError());
    output.say(
        "belay: "
            + summary.getJobId()
            + " ("
            + summary.getName()
            + ") "
            + Names.of(summary.getState())
            + " after "
            + took
            + error);
    if (summary.getQuarantined() > 0) {
      output.say(
          "belay: "
              + summary.getQuarantined()
              + " of "
              + Counted.of(summary.getPartitions(), "partition")
              + (summary.getQuarantined() == 1 ? " is in quarantine" : " are in quarantine")
              + (summary.getState() == JobState.JOB_SUCCEEDED ? " and not in the output" : "")
              + ": 'belay describe "
              + summary.getJobId()
              + "' shows why");
    }
    return summary.getState() == JobState.JOB_SUCCEEDED ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** With {@code --json}: the job as it is. */
  static void document(Output output, CoordinatorClient client, JobDescription job) {
    if (output.json()) {
      JobPages pages = JobPages.all(client, job);
      output.stream(json -> JsonDocuments.job(json, pages));
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.LocalCluster;
import dev.belay.jobs.cli.local.LocalSettings;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A job from beginning to end on this machine, with nothing else running. */
@Command(
    name = "run",
    description = {
      "Runs a job on this machine, from its beginning to its result.",
      "Starts a coordinator and worker processes for it. A worker that dies is started again. After"
          + " Ctrl-C or a failure everything is kept, and the same command with --data goes on"
          + " where it was."
    },
    footer = {
      "",
      "Examples:",
      "  belay run primes -p upTo=1e11",
      "  belay run wordcount -p input=/data/logs -p output=/data/words --workers 3",
      "  belay run primes -p upTo=1e12 --data /data/run1    (again: goes on)"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin SubmitOptions submit;

  @Mixin RunOptions run;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "Where to keep journal, checkpoints and workers' logs (default: a new directory in"
            + " ~/.belay/runs, removed after success)."
      })
  @Nullable Path data;

  @Mixin StandardOptions standard;

  @Spec CommandSpec spec;

  private final Output output;
  private final Stop stop = new Stop();

  RunCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws IOException {
    JobCatalog catalog = JobCatalog.load();
    JobSpec job = submit.spec(catalog);
    RunDirectory directory = RunDirectory.of(data, job.getJob());
    LocalSettings settings = run.settings(directory.path()).withLabels(submit.placement.require);
    boolean used = directory.used();
    if (!used) {
      submit.check(catalog);
    }
    boolean succeeded = false;
    try (ProgressView view = Interruption.handled(stop, output.progress());
        LocalCluster cluster = LocalCluster.start(settings, view::event);
        CoordinatorClient client = new CoordinatorClient(cluster.address())) {
      Interruption.onFailure(cluster, stop);
      RunSubmission submission = new RunSubmission(client, job);
      boolean known = used && submission.known();
      if (used && !known) {
        submit.check(catalog);
      }
      JobDescription ended = follow(cluster, client, view, submission.submit(), known);
      succeeded = ended.getSummary().getState() == JobState.JOB_SUCCEEDED;
      view.close();
      return report(client, ended);
    } finally {
      leave(directory, succeeded);
    }
  }

  private JobDescription follow(
      LocalCluster cluster,
      CoordinatorClient client,
      ProgressView view,
      JobDescription job,
      boolean known) {
    String jobId = job.getSummary().getJobId();
    if (Names.ended(job.getSummary().getState())) {
      view.event(jobId + " had ended in an earlier run");
      return job;
    }
    if (known) {
      view.event(jobId + " goes on where it was");
    }
    cluster.startWorkers();
    return new JobFollower(client, view, stop, JobFollower.POLL_MILLIS).follow(jobId);
  }

  private int report(CoordinatorClient client, JobDescription job) {
    if (Names.ended(job.getSummary().getState())) {
      return Outcome.report(output, client, job);
    }
    CliException reason = stop.reason();
    if (reason == null) {
      throw new IllegalStateException("neither ended nor stopped");
    }
    try {
      Outcome.document(output, client, job);
    } catch (CliException e) {
      // What stopped it may have stopped the coordinator, too.
      reason.addSuppressed(e);
    }
    throw reason;
  }

  private void leave(RunDirectory directory, boolean succeeded) {
    if (succeeded) {
      directory.removeIfOurs(output);
      return;
    }
    if (!Files.exists(directory.path().resolve("logs"))) {
      // Refused before anything was begun.
      directory.removeIfOurs(output);
      return;
    }
    output.say(
        "belay: kept in "
            + directory.path()
            + " (workers' logs in logs/); to go on: "
            + Shell.again(spec.commandLine().getParent().getParseResult(), directory.path()));
  }
}

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks for something to be done to a job, says what became of it, and waits for it if wanted. */
final class JobControlCall {
  private final CoordinatorOption coordinator;
  private final Output output;

  JobControlCall(CoordinatorOption coordinator, Output output) {
    this.coordinator = coordinator;
    this.output = output;
  }

  /** Does not wait. */
  int run(Function<CoordinatorClient, JobControlReply> request) {
    try (CoordinatorClient client = coordinator.connect()) {
      JobControlReply reply = request.apply(client);
      print(reply.getJobId(), reply.getState());
      return ExitCode.DONE;
    }
  }

  /** Waits until the job stands as it is meant to, or has ended. */
  int runUntil(
      Function<CoordinatorClient, JobControlReply> request, Predicate<JobDescription> awaited) {
    try (CoordinatorClient client = coordinator.connect()) {
      JobDescription job = follow(client, request.apply(client).getJobId(), awaited);
      print(job.getSummary().getJobId(), job.getSummary().getState());
      return awaited.test(job) ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  /** Waits until the job has ended. */
  int runToTheEnd(Function<CoordinatorClient, JobControlReply> request) {
    try (CoordinatorClient client = coordinator.connect()) {
      JobControlReply reply = request.apply(client);
      output.say("belay: " + reply.getJobId() + " is " + Names.of(reply.getState()));
      return Outcome.report(output, client, follow(client, reply.getJobId(), job -> false));
    }
  }

  private JobDescription follow(
      CoordinatorClient client, String jobId, Predicate<JobDescription> awaited) {
    try (ProgressView view = output.progress()) {
      return new JobFollower(client, view).follow(jobId, awaited);
    }
  }

  private void print(String jobId, JobState state) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("jobId", jobId);
            json.writeStringField("state", Names.of(state));
            json.writeEndObject();
          });
    } else {
      output.line(jobId + " is " + Names.of(state));
    }
  }
}

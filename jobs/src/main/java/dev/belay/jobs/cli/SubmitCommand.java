package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives a coordinator a job. */
@Command(
    name = "submit",
    description = {
      "Submits a job and prints its id.",
      "With --wait, follows it and exits with its outcome."
    },
    footer = {
      "",
      "Examples:",
      "  belay submit primes -p upTo=1e12",
      "  belay submit wordcount -p input=/logs -p output=/words --name nightly",
      "  belay submit primes -p upTo=1e12 --partitions 64 --on-poison continue --wait",
      "  belay submit primes -p upTo=1e13 --priority -1 --require zone=eu1",
      "  belay submit wordcount -p input=/a -p output=/b --after nightly"
    })
final class SubmitCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Mixin SubmitOptions submit;

  @Option(names = "--wait", description = "Follow the job, and exit with its outcome.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  SubmitCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    HostPort address = coordinator.address();
    JobCatalog catalog = JobCatalog.load();
    JobSpec spec = submit.spec(catalog);
    if (address.isLoopback()) {
      submit.check(catalog);
    }
    SubmitRequest request =
        SubmitRequest.newBuilder().setKey(UUID.randomUUID().toString()).setSpec(spec).build();
    try (CoordinatorClient client = new CoordinatorClient(address)) {
      // The same key is the same submit, whether or not an earlier try had arrived.
      SubmitReply reply = patience().ask(() -> client.submitting(request));
      if (!reply.getNote().isEmpty()) {
        output.say("belay: comes after a job of that name: " + reply.getNote());
      }
      String jobId = reply.getJob();
      return wait ? follow(client, jobId) : printId(jobId);
    }
  }

  /** A person is told why it takes so long; a log has its one line at the end. */
  private Patience patience() {
    return new Patience(
        PATIENCE,
        line -> {
          if (output.terminal().err()) {
            output.say("belay: " + line);
          }
        },
        new Stop());
  }

  private int printId(String jobId) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("jobId", jobId);
            json.writeEndObject();
          });
    } else {
      output.line(jobId);
    }
    return ExitCode.DONE;
  }

  private int follow(CoordinatorClient client, String jobId) {
    if (output.json()) {
      output.say("belay: submitted " + jobId);
    } else {
      output.line(jobId);
    }
    JobDescription ended;
    try (ProgressView view = output.progress()) {
      ended = new JobFollower(client, view).follow(jobId);
    }
    return Outcome.report(output, client, ended);
  }
}

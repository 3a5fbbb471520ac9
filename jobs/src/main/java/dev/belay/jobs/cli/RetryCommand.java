package dev.belay.jobs.cli;

import dev.belay.runtime.proto.RetryJobRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes on with what failed. */
@Command(
    name = "retry",
    description = {
      "Goes on with a job that failed, was stopped or was cancelled.",
      "Or with the quarantined partitions of one that runs. They go on from their checkpoints"
          + " with fresh counters; what is done stays done. A job that"
          + " has succeeded is published, and not retried."
    },
    footer = {
      "",
      "Examples:",
      "  belay retry job-1",
      "  belay retry nightly --wait",
      "  belay retry nightly --max-checkpoint-age any"
    })
final class RetryCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(
      names = "--wait",
      description = "Wait until the job has ended, and exit with its outcome.")
  boolean wait;

  @Option(
      names = "--max-checkpoint-age",
      paramLabel = "any|DURATION",
      description =
          "From now on in place of what the job was submitted with: no partition goes on from a"
              + " checkpoint that is older; any: from each.")
  @Nullable String maxCheckpointAge;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  RetryCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobControlCall call = new JobControlCall(coordinator, output);
    RetryJobRequest request = request();
    return wait
        ? call.runToTheEnd(client -> client.retry(request))
        : call.run(client -> client.retry(request));
  }

  private RetryJobRequest request() {
    RetryJobRequest.Builder request = RetryJobRequest.newBuilder().setJob(job.job);
    if (maxCheckpointAge != null) {
      request.setMaxCheckpointAgeMillis(RetentionOptions.ageOrAny(maxCheckpointAge));
    }
    return request.build();
  }
}

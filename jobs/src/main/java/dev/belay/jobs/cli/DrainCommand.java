package dev.belay.jobs.cli;

import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import dev.belay.runtime.text.Counted;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a worker away in order. */
@Command(
    name = "drain",
    description = {
      "Drains a worker: what it runs goes on elsewhere, and it ends.",
      "As SIGTERM does: it gets nothing new, its partitions take a final checkpoint and go on"
          + " elsewhere, and its process ends with exit code 0."
    },
    footer = {
      "",
      "Examples:",
      "  belay drain w1",
      "  belay drain w1 --wait    (until it has left)"
    })
final class DrainCommand implements Callable<Integer> {
  private static final long SAY_NANOS = 2_000_000_000L;

  @Parameters(index = "0", paramLabel = "WORKER", description = "As 'belay workers' names it.")
  String worker = "";

  @Option(names = "--wait", description = "Wait until the worker has left.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  DrainCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      DrainWorkerReply reply = client.drain(worker);
      if (reply.getLeft()) {
        print("LEFT", worker + " has left");
        return ExitCode.DONE;
      }
      if (!wait) {
        print(
            "DRAINING",
            worker
                + " is DRAINING, with "
                + Counted.of(reply.getRunning(), "task")
                + " to give back");
        return ExitCode.DONE;
      }
      return awaitLeft(client);
    }
  }

  private int awaitLeft(CoordinatorClient client) {
    Stop stop = new Stop();
    Patience patience = new Patience(Duration.ofSeconds(60), output::say, stop);
    long said = System.nanoTime();
    while (true) {
      Optional<WorkerDescription> left =
          patience.ask(client::workers).stream()
              .filter(one -> one.getId().equals(worker))
              .findFirst();
      if (left.isEmpty()) {
        print("LEFT", worker + " has left");
        return ExitCode.DONE;
      }
      if (left.get().getState() == WorkerState.LOST) {
        throw new CliException(
            ExitCode.FAILED,
            worker + " was lost while it drained: its partitions resume elsewhere");
      }
      if (System.nanoTime() - said >= SAY_NANOS) {
        said = System.nanoTime();
        output.say(
            "belay: %s has %s to give back"
                .formatted(worker, Counted.of(left.get().getRunning(), "task")));
      }
      stop.await(JobFollower.POLL_MILLIS);
    }
  }

  private void print(String state, String line) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("worker", worker);
            json.writeStringField("state", state);
            json.writeEndObject();
          });
    } else {
      output.line(line);
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.job.Job;
import dev.belay.storage.Stores;
import dev.belay.worker.BelayWorker;
import dev.belay.worker.core.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves as a worker, until a signal. */
@Command(
    name = "worker",
    description = {
      "Runs a worker until SIGTERM or Ctrl-C.",
      "They drain it: final checkpoints, its work handed over to others, exit 0. A second signal"
          + " ends it at once."
    },
    footer = {
      "",
      "Examples:",
      "  belay worker",
      "  belay worker --coordinator 10.0.0.5:7070 --id rack7 --slots 8",
      "  belay worker --label gpu=yes --label zone=eu1    (for jobs that --require it)",
      "  belay worker --coordinator 10.0.0.5:7070 --s3-endpoint http://10.0.0.9:9000",
      "  BELAY_CLASSPATH=my-jobs.jar belay worker    (with jobs of your own)"
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin CoordinatorOption coordinator;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "What people call it (default: the host's name and some random digits).")
  @Nullable String id;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "How many partitions it works on at a time (default: one a core).")
  @Nullable Integer slots;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description =
          "How many partitions it may hold ready beyond its slots, while they are short (default:"
              + " 512).")
  @Nullable Integer queue;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY=VALUE",
      description =
          "Something that jobs may require with --require, such as gpu=yes; once for each.")
  List<String> labels = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Its own directory, for temporary files and the cache (default:"
              + " ~/.belay/workers/NAME).")
  @Nullable Path data;

  @Option(
      names = "--cache",
      paramLabel = "SIZE",
      description =
          "How much of --data may hold checkpoints that lie in S3 too, such as 500MiB or 20GiB, so"
              + " that a worker started there again fetches none; 0: none (default: a tenth of"
              + " what is free, at most 20GiB).")
  @Nullable String cache;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "This machine's own way to a store on S3, such as http://10.0.0.9:9000 (default: the one"
              + " that the coordinator tells, else as AWS tools find it).")
  @Nullable String endpoint;

  @Option(
      names = "--preemption-notice",
      paramLabel = "FILE",
      description =
          "Once this file exists the machine is about to be taken away: the worker is drained.")
  @Nullable Path preemptionNotice;

  @Option(
      names = "--connect-timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description =
          "How long to try to reach the coordinator at first, such as 30s or 1h: it may be started"
              + " later than its workers. Then exit 3 (default: ${DEFAULT-VALUE}). A coordinator"
              + " that was reached once is tried for without end.")
  String connectTimeout = "60s";

  @Option(
      names = "--supervised",
      hidden = true,
      description = "Standard input is the line to the parent: \"drain\" drains, its end ends.")
  boolean supervised;

  @Mixin StandardOptions standard;

  private final Output output;

  WorkerCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(WorkerCommand::died);
    try (BelayWorker worker = start()) {
      drainOnSignal(worker);
      return report(worker.id(), worker.awaitEnd());
    }
  }

  /** A thread that dies of no memory leaves behind nobody knows what; of anything else, a stack. */
  private static void died(Thread thread, Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      Runtime.getRuntime().halt(ExitCode.OUT_OF_MEMORY);
    }
    LoggerFactory.getLogger(WorkerCommand.class).error("thread {} died", thread.getName(), thrown);
  }

  private BelayWorker start() {
    try {
      BelayWorker.Builder builder =
          BelayWorker.builder()
              .coordinator(coordinator.address().toString())
              .firstContact(firstContact())
              .taskLog(LastLines.install());
      if (id != null) {
        builder.id(id);
      }
      if (slots != null) {
        builder.slots(slots);
      }
      if (queue != null) {
        builder.queue(queue);
      }
      PlacementOptions.labels("--label", labels)
          .forEach(label -> builder.label(label.getKey(), label.getValue()));
      if (data != null) {
        builder.data(data.toAbsolutePath().normalize());
      }
      if (cache != null) {
        builder.cache(Sizes.bytes("--cache", cache));
      }
      if (endpoint != null) {
        builder.s3Endpoint(Stores.endpoint(endpoint));
      }
      if (preemptionNotice != null) {
        builder.preemptionFile(preemptionNotice.toAbsolutePath().normalize());
      }
      for (Job job : JobCatalog.load().all()) {
        builder.job(job);
      }
      return builder.start();
    } catch (IllegalArgumentException | IOException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Duration firstContact() {
    long millis = Durations.millis(connectTimeout);
    if (millis < 1) {
      throw CliException.usage(
          "--connect-timeout " + connectTimeout + " is no duration such as 500ms, 30s, 5m or 1h");
    }
    return Duration.ofMillis(millis);
  }

  private void drainOnSignal(BelayWorker worker) {
    AtomicBoolean draining = new AtomicBoolean();
    Signals.onEnd(
        signal -> {
          if (draining.getAndSet(true)) {
            Runtime.getRuntime().halt(Signals.exitCode(signal));
          }
          worker.drain();
        });
    if (supervised) {
      ParentLine.obey(worker::drain);
    }
  }

  private int report(String name, Outcome outcome) {
    if (!outcome.asWanted()) {
      throw new CliException(exitCode(outcome), outcome.message());
    }
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("id", name);
            json.writeStringField("outcome", outcome.kind().name());
            json.writeStringField("message", outcome.message());
            json.writeEndObject();
          });
    }
    return ExitCode.DONE;
  }

  private static int exitCode(Outcome outcome) {
    return switch (outcome.kind()) {
      case UNREACHABLE -> ExitCode.UNREACHABLE;
      case REJECTED, STORE_UNUSABLE -> ExitCode.USAGE;
      case OUT_OF_MEMORY -> ExitCode.OUT_OF_MEMORY;
      default -> ExitCode.FAILED;
    };
  }
}

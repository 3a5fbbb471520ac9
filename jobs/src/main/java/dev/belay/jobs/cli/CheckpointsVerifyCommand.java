package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.text.Counted;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.CheckpointContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads everything, and says what is bad. */
@Command(
    name = "verify",
    description = {
      "Reads the checkpoints, the output and the plan of a job, and compares them with what was"
          + " written.",
      "The newest checkpoint of each partition; with --all each that is kept. Exits with 1 and a"
          + " list if something is bad. What was found unusable before is read only if its"
          + " partition has nothing else. Or a file, as 'belay checkpoints export' writes it."
    },
    customSynopsis = {
      "belay checkpoints verify [OPTIONS] JOB",
      "belay checkpoints verify [OPTIONS] FILE"
    },
    footer = {
      "",
      "Examples:",
      "  belay checkpoints verify job-1",
      "  belay checkpoints verify nightly --all --json",
      "  belay checkpoints verify ./state.ckpt"
    })
final class CheckpointsVerifyCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "JOB|FILE",
      description = "A job, by its id or name; or a file: one that exists or has a / in its name.")
  String what = "";

  @Option(names = "--all", description = "Every checkpoint that is kept.")
  boolean all;

  /** As exported files are mostly called. */
  private static final String FILE_ENDING = ".ckpt";

  @Mixin JobStore store;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsVerifyCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    boolean file = what.contains("/") || Files.isRegularFile(Path.of(what));
    if (file) {
      return verifyFile(Path.of(what));
    }
    try {
      return verifyJob();
    } catch (CliException e) {
      boolean noJob = e.exitCode() == ExitCode.USAGE && what.endsWith(FILE_ENDING);
      throw noJob ? new CliException(e.exitCode(), e.getMessage() + "; nor a file", e) : e;
    }
  }

  private int verifyFile(Path file) {
    AtomicLong read = new AtomicLong();
    try {
      CheckpointContents.inFile(file).verify(new HashSet<>(), read::addAndGet);
    } catch (StoreException e) {
      throw CheckpointFailures.of(e);
    }
    tell(file.toString(), 1, 0, read.get(), List.of());
    return ExitCode.DONE;
  }

  private int verifyJob() {
    try (CoordinatorClient client = coordinator.connect()) {
      CheckpointPages pages =
          CheckpointPages.ask(
              client,
              ListCheckpointsRequest.newBuilder()
                  .setJob(what)
                  .setNewest(!all)
                  .setWhole(true)
                  .build());
      String job = pages.first().getJobId();
      if (pages.first().getRemovedMillis() != 0) {
        throw CliException.usage(
            "what " + job + " had stored was removed: 'belay describe " + job + "' says when");
      }
      try (ObjectStore opened = store.open(pages.first().getStore());
          Notice notice = Notice.ofSilence(output, opened);
          Gauge gauge = new Gauge(output, "verifying", pages.first().getPartitions())) {
        Proof proof =
            new Proof(opened, partition -> CheckpointPages.of(client, job, partition), all, gauge);
        proof.run(pages);
        gauge.close();
        tell(job, proof.checkpoints(), proof.segments(), gauge.bytes(), proof.bad());
        return proof.bad().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
      }
    }
  }

  private void tell(String name, long checkpoints, long segments, long bytes, List<Proof.Bad> bad) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("verified", name);
            json.writeNumberField("checkpoints", checkpoints);
            json.writeNumberField("segments", segments);
            json.writeNumberField("bytes", bytes);
            json.writeArrayFieldStart("bad");
            for (Proof.Bad one : bad) {
              json.writeStartObject();
              if (one.partition() < 0) {
                json.writeNullField("partition");
              } else {
                json.writeNumberField("partition", one.partition());
              }
              if (one.sequence() == 0) {
                json.writeNullField("sequence");
              } else {
                json.writeNumberField("sequence", one.sequence());
              }
              json.writeStringField("key", one.key());
              json.writeStringField("kind", one.kind().name());
              json.writeStringField("message", one.message());
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
          });
      return;
    }
    bad.forEach(one -> output.line(Human.line(text(one))));
    output.line(
        "%s: %s and %s whole (%s read)%s"
            .formatted(
                name,
                Counted.of(checkpoints, "checkpoint"),
                Counted.of(segments, "segment is", "segments are"),
                Human.bytes(bytes),
                bad.isEmpty()
                    ? ""
                    : ", " + Counted.of(bad.size(), "object is bad", "objects are bad")));
  }

  private static String text(Proof.Bad bad) {
    String what =
        bad.partition() < 0
            ? "the plan"
            : bad.sequence() == 0
                ? "output of partition " + bad.partition()
                : "partition "
                    + bad.partition()
                    + ", checkpoint "
                    + Long.toUnsignedString(bad.sequence());
    return what + ": " + bad.kind() + ": " + bad.message();
  }
}

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.checkpoint.CheckpointContents;
import dev.belay.storage.checkpoint.SelfContained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a checkpoint out of the store. */
@Command(
    name = "export",
    description = {
      "Copies a checkpoint into a file that needs no other object.",
      "Of the same format, with everything in it, and verified on the way; the file appears whole"
          + " or not at all. 'belay checkpoints inspect FILE' and 'verify FILE' read it."
    },
    customSynopsis = "belay checkpoints export [OPTIONS] JOB PARTITION [SEQUENCE] FILE",
    footer = {
      "",
      "Examples:",
      "  belay checkpoints export job-1 7 state.ckpt",
      "  belay checkpoints export nightly 7 12 /backup/p7.ckpt --force"
    })
final class CheckpointsExportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "JOB PARTITION [SEQUENCE] FILE",
      description = "Which one, the newest unless a sequence is given, and where to.")
  List<String> words = List.of();

  @Spec CommandSpec spec;

  @Option(names = "--force", description = "Replace the file if it is there.")
  boolean force;

  @Mixin JobStore store;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsExportCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    CheckpointArguments.count(spec, words, 3, 4, "JOB PARTITION [SEQUENCE] FILE");
    Path file = file();
    try (CoordinatorClient client = coordinator.connect()) {
      boolean unused =
          CheckpointArguments.use(
              client,
              words.get(0),
              words.get(1),
              words.size() == 4 ? words.get(2) : "",
              found -> export(found, file));
    } catch (IOException e) {
      throw failed(e, ExitCode.FAILED);
    }
    return ExitCode.DONE;
  }

  private boolean export(CheckpointArguments.Found found, Path file) throws IOException {
    Checkpoint checkpoint = found.checkpoint().getCheckpoint();
    try (ObjectStore opened = store.open(found.job().getStore());
        Notice notice = Notice.ofSilence(output, opened);
        Gauge gauge = new Gauge(output, "exporting", checkpoint.getBytes())) {
      long length =
          SelfContained.write(
              CheckpointContents.open(opened, checkpoint), file, force, gauge::more);
      gauge.close();
      tell(found, file, length);
      return true;
    }
  }

  /** Where to; found out to be impossible before anything is read. */
  private Path file() {
    String name = words.get(words.size() - 1);
    if (words.size() == 3 && name.matches("\\d+")) {
      throw new ParameterException(
          spec.commandLine(),
          "No FILE: %s looks like a SEQUENCE (for a file of that name write ./%s)"
              .formatted(name, name));
    }
    Path file = Path.of(name);
    try {
      SelfContained.check(file, force);
    } catch (IOException e) {
      throw failed(e, ExitCode.USAGE);
    }
    return file;
  }

  private static CliException failed(IOException e, int exitCode) {
    if (!(e instanceof StoreException failure)) {
      return new CliException(exitCode, String.valueOf(e.getMessage()), e);
    }
    return failure.kind() == Kind.EXISTS
        ? CliException.usage(e.getMessage() + ": replace it with --force, or choose another")
        : CheckpointFailures.of(failure);
  }

  private void tell(CheckpointArguments.Found found, Path file, long length) {
    long sequence = found.checkpoint().getCheckpoint().getSequence();
    int partition = found.checkpoint().getPartition();
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("jobId", found.job().getJobId());
            json.writeNumberField("partition", partition);
            json.writeNumberField("sequence", sequence);
            json.writeStringField("file", file.toString());
            json.writeNumberField("bytes", length);
            json.writeEndObject();
          });
    } else {
      output.line(
          "%s: checkpoint %s of partition %d of %s, %s"
              .formatted(
                  file,
                  Long.toUnsignedString(sequence),
                  partition,
                  found.job().getJobId(),
                  Human.bytes(length)));
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.InspectedCheckpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.CheckpointContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One checkpoint in full. */
@Command(
    name = "inspect",
    description = {
      "Shows one checkpoint: when it was taken, its sizes, what it is made of, where it lies.",
      "The newest of the partition unless a sequence is given; or one in a file, as 'belay"
          + " checkpoints export' writes it."
    },
    customSynopsis = {
      "belay checkpoints inspect [OPTIONS] JOB PARTITION [SEQUENCE]",
      "belay checkpoints inspect [OPTIONS] FILE"
    },
    footer = {
      "",
      "Examples:",
      "  belay checkpoints inspect job-1 7",
      "  belay checkpoints inspect nightly 7 12 --json",
      "  belay checkpoints inspect state.ckpt"
    })
final class CheckpointsInspectCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "JOB PARTITION [SEQUENCE] | FILE",
      description = "Which one: a job, its partition and a sequence, or a file.")
  List<String> words = List.of();

  @Spec CommandSpec spec;

  @Mixin JobStore store;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsInspectCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    CheckpointArguments.count(spec, words, 1, 3, "JOB PARTITION [SEQUENCE], or a FILE");
    if (words.size() == 1) {
      show(inFile(file(words.get(0))));
      return ExitCode.DONE;
    }
    try (CoordinatorClient client = coordinator.connect()) {
      show(
          CheckpointArguments.<InspectedCheckpoint, StoreException>use(
              client,
              words.get(0),
              words.get(1),
              words.size() == 3 ? words.get(2) : "",
              this::inStore));
    } catch (StoreException e) {
      throw CheckpointFailures.of(e);
    }
    return ExitCode.DONE;
  }

  /** A single word may also be a job, and its partition forgotten. */
  private Path file(String word) {
    Path file = Path.of(word);
    if (!word.contains("/") && !Files.exists(file)) {
      throw new ParameterException(
          spec.commandLine(),
          "No PARTITION: which one of job %s? (There is no file of that name.)".formatted(word));
    }
    return file;
  }

  private static InspectedCheckpoint inFile(Path file) {
    try {
      return InspectedCheckpoint.inFile(CheckpointContents.inFile(file), file.toString());
    } catch (StoreException e) {
      throw CheckpointFailures.of(e);
    }
  }

  private InspectedCheckpoint inStore(CheckpointArguments.Found found) throws StoreException {
    try (ObjectStore opened = store.open(found.job().getStore());
        Notice notice = Notice.ofSilence(output, opened)) {
      return new InspectedCheckpoint(
          found.job(),
          found.checkpoint(),
          found.newest(),
          CheckpointContents.open(opened, found.checkpoint().getCheckpoint()),
          opened.locate(found.checkpoint().getCheckpoint().getObject().getKey()));
    }
  }

  private void show(InspectedCheckpoint checkpoint) {
    if (output.json()) {
      output.document(checkpoint::document);
    } else {
      checkpoint.lines(System.currentTimeMillis()).forEach(output::line);
      output.table(checkpoint.objects());
    }
  }
}

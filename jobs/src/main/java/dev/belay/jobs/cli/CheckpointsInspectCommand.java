package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.InspectedCheckpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.CheckpointContents;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
      arity = "1..3",
      paramLabel = "JOB PARTITION [SEQUENCE] | FILE",
      description = "Which one: a job, its partition and a sequence, or a file.")
  List<String> words = List.of();

  @Mixin JobStore store;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsInspectCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    if (words.size() == 1) {
      show(inFile(Path.of(words.get(0))));
      return ExitCode.DONE;
    }
    try (CoordinatorClient client = coordinator.connect()) {
      CheckpointArguments.Found found =
          CheckpointArguments.find(
              client, words.get(0), words.get(1), words.size() == 3 ? words.get(2) : "");
      try (ObjectStore opened = store.open(found.job().getStore())) {
        show(inStore(opened, found));
      }
    }
    return ExitCode.DONE;
  }

  private static InspectedCheckpoint inFile(Path file) {
    try {
      return InspectedCheckpoint.inFile(CheckpointContents.inFile(file), file.toString());
    } catch (StoreException e) {
      throw CheckpointFailures.of(e);
    }
  }

  private static InspectedCheckpoint inStore(ObjectStore store, CheckpointArguments.Found found) {
    try {
      return new InspectedCheckpoint(
          found.job(),
          found.checkpoint(),
          found.newest(),
          CheckpointContents.open(store, found.checkpoint().getCheckpoint()),
          store.locate(found.checkpoint().getCheckpoint().getObject().getKey()));
    } catch (StoreException e) {
      throw CheckpointFailures.of(e);
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

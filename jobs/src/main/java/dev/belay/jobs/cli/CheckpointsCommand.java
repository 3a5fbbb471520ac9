package dev.belay.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What people do with checkpoints; does nothing without a subcommand. */
@Command(
    name = "checkpoints",
    description = {
      "Shows, verifies, restores and exports checkpoints; gc.",
      "What is read of the store is read by this command itself, with the credentials of its own"
          + " environment."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  belay checkpoints list job-1",
      "  belay checkpoints inspect job-1 7",
      "  belay checkpoints verify job-1 --all",
      "  belay checkpoints restore job-1 7 12",
      "  belay checkpoints export job-1 7 state.ckpt",
      "  belay checkpoints gc --dry-run"
    })
final class CheckpointsCommand implements Callable<Integer> {
  @Mixin StandardOptions standard;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }
}

/**
 * The {@code belay} command: one class a subcommand.
 *
 * <p>A subcommand parses what it was given, asks the coordinator through {@link
 * dev.belay.jobs.cli.CoordinatorClient}, and writes to {@link dev.belay.jobs.cli.Output}. What goes
 * wrong is a {@link dev.belay.jobs.cli.CliException}: one line and an exit code.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.cli;

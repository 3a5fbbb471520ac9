package dev.belay.jobs.cli;

/** What the command's exit code says. */
public final class ExitCode {
  public static final int DONE = 0;

  /** The job failed or was cancelled, or something of ours broke. */
  public static final int FAILED = 1;

  /** The command, a parameter or an input is wrong. */
  public static final int USAGE = 2;

  /** The coordinator is out of reach. */
  public static final int UNREACHABLE = 3;

  /** A worker ran out of memory. */
  public static final int OUT_OF_MEMORY = 4;

  /** Ended by Ctrl-C: 128 and the signal's number, as shells have it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}

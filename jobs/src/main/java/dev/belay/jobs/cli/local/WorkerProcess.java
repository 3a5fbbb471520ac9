package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One life of a worker's process. Its standard input is a line to its parent: {@link #DRAIN} asks
 * it to give its work back and end; its closing, which a parent killed by SIGKILL brings about too,
 * ends it at once. So no worker outlives the run that it belongs to. Signals from the terminal are
 * for the parent alone.
 */
public final class WorkerProcess {
  /** What the worker command understands on its standard input: end in order. */
  public static final String DRAIN = "drain";

  private static final int SIGNALLED = 128;
  private static final Set<Integer> ASKED = Set.of(1, 2, 15);

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /**
   * @param environment changes what this process's own would be
   * @param log what it says is added to this file
   */
  static WorkerProcess start(
      List<String> command, Consumer<Map<String, String>> environment, Path log) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Redirect.PIPE)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .redirectError(Redirect.appendTo(log.toFile()));
      environment.accept(builder.environment());
      return new WorkerProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a worker process: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Asks for an orderly end. */
  void drain() {
    try {
      OutputStream line = process.getOutputStream();
      line.write((DRAIN + "\n").getBytes(StandardCharsets.US_ASCII));
      line.flush();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  boolean awaitEnd(long millis) {
    try {
      return process.waitFor(Math.max(0, millis), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  CompletableFuture<WorkerProcess> onEnd() {
    return process.onExit().thenApply(ended -> this);
  }

  /** Whether it has ended in order, or by a signal that asks for an end: HUP, INT or TERM. */
  boolean askedToEnd() {
    int code = process.exitValue();
    return code == 0 || ASKED.contains(code - SIGNALLED);
  }

  /** Of a process that has ended, for people. */
  String howItEnded() {
    int code = process.exitValue();
    if (code == ExitCode.OUT_OF_MEMORY) {
      return "it ran out of memory (BELAY_JAVA_OPTS=-Xmx4g gives it more; fewer --slots share it)";
    }
    return code > SIGNALLED ? "killed by signal " + (code - SIGNALLED) : "exit code " + code;
  }
}

package dev.belay.jobs.cli.local;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one worker running: a process that ends unasked is started again under the worker's name,
 * after a pause that doubles while it keeps dying young. Its methods may be called from any thread.
 */
final class WorkerSupervisor {
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long YOUNG_MILLIS = 30_000;

  /** A signal to the whole process group may reach a worker before it reaches this process. */
  private static final long SIGNAL_MILLIS = 300;

  private final String name;
  private final List<String> command;
  private final Consumer<Map<String, String>> environment;
  private final Path log;
  private final Consumer<String> events;
  private final ScheduledExecutorService timer;
  private @Nullable WorkerProcess process;
  private long startedNanos;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private boolean keep = true;

  /**
   * @param environment changes what this process's own would be
   * @param events told, in one line each, of what a person should know
   * @param timer runs the restarts
   */
  WorkerSupervisor(
      String name,
      List<String> command,
      Consumer<Map<String, String>> environment,
      Path log,
      Consumer<String> events,
      ScheduledExecutorService timer) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.log = log;
    this.events = events;
    this.timer = timer;
  }

  String name() {
    return name;
  }

  /** Starts it, and from now on keeps it running. */
  synchronized void start() {
    keep = true;
    WorkerProcess started = WorkerProcess.start(command, environment, log);
    process = started;
    startedNanos = System.nanoTime();
    var unused = started.onEnd().thenAccept(this::ended);
  }

  /** The process's, or that of the last one. */
  synchronized long pid() {
    return process == null ? -1 : process.pid();
  }

  /** SIGKILL, and no restart until {@link #start}. */
  synchronized void kill() {
    keep = false;
    if (process != null) {
      process.kill();
    }
  }

  /** Asks it to give its work back and end. */
  synchronized void drain() {
    keep = false;
    if (process != null) {
      process.drain();
    }
  }

  /** Waits until its process has ended; kills it if it has not by then. */
  void awaitEnd(long millis) {
    WorkerProcess last;
    synchronized (this) {
      last = process;
    }
    if (last != null && !last.awaitEnd(millis)) {
      last.kill();
      last.awaitEnd(millis);
    }
  }

  private synchronized void ended(WorkerProcess ended) {
    if (!keep) {
      return;
    }
    long livedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    if (livedMillis > YOUNG_MILLIS) {
      pauseMillis = FIRST_PAUSE_MILLIS;
    }
    if (!later(this::restart, pauseMillis)) {
      return;
    }
    if (ended.askedToEnd()) {
      later(() -> tell(ended), SIGNAL_MILLIS);
    } else {
      tell(ended);
    }
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private synchronized void tell(WorkerProcess ended) {
    if (keep) {
      events.accept(
          "worker "
              + name
              + " (pid "
              + ended.pid()
              + ") ended: "
              + ended.howItEnded()
              + "; it is started again, its log is "
              + log);
    }
  }

  /** False: the cluster ends. */
  private boolean later(Runnable what, long millis) {
    try {
      var unused = timer.schedule(what, millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private synchronized void restart() {
    if (!keep || (process != null && process.alive())) {
      return;
    }
    try {
      start();
    } catch (UncheckedIOException e) {
      events.accept(String.valueOf(e.getMessage()));
      later(this::restart, pauseMillis);
    }
  }
}

package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.cli.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A region: a coordinator and workers, each a process of its own, which end with this one however
 * it ends, and can be killed all at once. None is started again.
 */
public final class RegionProcesses implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("^coordinator ready on ([^ ,]+),", Pattern.MULTILINE);
  private static final long READY_SECONDS = 60;
  private static final long POLL_MILLIS = 20;
  private static final long DRAIN_MILLIS = 10_000;

  /** More than the coordinator's mirror is given. */
  private static final long END_MILLIS = 15_000;

  private static final int COORDINATOR_MEMORY_PERCENT = 10;
  private static final int WORKERS_MEMORY_PERCENT = 30;

  private final Path directory;
  private final Consumer<Map<String, String>> environment;
  private final WorkerProcess coordinator;
  private final List<WorkerProcess> workers = new ArrayList<>();

  private RegionProcesses(
      Path directory, Consumer<Map<String, String>> environment, List<String> options) {
    this.directory = directory;
    this.environment = environment;
    List<String> words =
        new ArrayList<>(
            List.of(
                "coordinator",
                "--supervised",
                "--listen",
                "127.0.0.1:0",
                "--data",
                directory.resolve("data").toString()));
    words.addAll(options);
    coordinator = process(COORDINATOR_MEMORY_PERCENT, words, "coordinator");
  }

  /**
   * Starts the coordinator, and returns once it answers.
   *
   * @param environment changes what the processes' would be
   * @param options of the coordinator
   * @throws CliException with one line for people
   */
  public static RegionProcesses start(
      Path directory, Consumer<Map<String, String>> environment, List<String> options) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw CliException.usage("cannot make the directory " + directory);
    }
    RegionProcesses region = new RegionProcesses(directory, environment, options);
    boolean ready = false;
    try {
      region.awaitReady();
      ready = true;
      return region;
    } finally {
      if (!ready) {
        region.kill();
      }
    }
  }

  private WorkerProcess process(int memoryPercent, List<String> words, String name) {
    return WorkerProcess.start(
        JavaCommand.of(System.getenv(), memoryPercent, words), environment, log(name));
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!ready().find()) {
      if (!coordinator.alive() && !ready().find()) {
        List<String> said = said();
        throw new CliException(
            ExitCode.FAILED,
            "the coordinator ended at once: "
                + (said.isEmpty() ? "it said nothing" : said.get(said.size() - 1)));
      }
      if (System.nanoTime() > deadline) {
        throw new CliException(
            ExitCode.FAILED, "the coordinator is not ready within " + READY_SECONDS + " s");
      }
      boolean unused = coordinator.awaitEnd(POLL_MILLIS);
    }
  }

  private Matcher ready() {
    return READY.matcher(String.join("\n", said()));
  }

  /** What the coordinator has said so far. */
  public List<String> said() {
    try {
      return Files.readAllLines(log("coordinator"));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Where its coordinator listens. */
  public HostPort address() {
    Matcher ready = ready();
    if (!ready.find()) {
      throw new IllegalStateException("the coordinator is not ready");
    }
    return HostPort.parse(ready.group(1));
  }

  /** Starts workers, w1 and so on. */
  public void startWorkers(int count, int slots) {
    for (int i = 1; i <= count; i++) {
      String name = "w" + i;
      workers.add(
          process(
              WORKERS_MEMORY_PERCENT / count,
              List.of(
                  "worker",
                  "--supervised",
                  "--coordinator",
                  address().toString(),
                  "--id",
                  name,
                  "--slots",
                  Integer.toString(slots),
                  "--data",
                  directory.resolve(name).toString()),
              name));
    }
  }

  /** SIGKILL to all of them. */
  public void kill() {
    coordinator.kill();
    workers.forEach(WorkerProcess::kill);
    boolean unused = coordinator.awaitEnd(END_MILLIS);
    workers.forEach(worker -> worker.awaitEnd(END_MILLIS));
  }

  /** In order: first the workers, then the coordinator. */
  @Override
  public void close() {
    workers.forEach(WorkerProcess::drain);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
    for (WorkerProcess worker : workers) {
      end(worker, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }
    coordinator.drain();
    end(coordinator, END_MILLIS);
  }

  private static void end(WorkerProcess process, long millis) {
    if (!process.awaitEnd(millis)) {
      process.kill();
      boolean unused = process.awaitEnd(END_MILLIS);
    }
  }
}

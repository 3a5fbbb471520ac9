package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.HostPort;
import dev.belay.runtime.text.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator in this process and workers in processes of their own, which end with this one
 * however it ends.
 */
public final class LocalCluster implements AutoCloseable {
  /** In which a worker takes its final checkpoints; it is killed after that. */
  private static final long DRAIN_MILLIS = 7_000;

  private static final int WORKERS_MEMORY_PERCENT = 60;

  private final LocalSettings settings;
  private final @Nullable MinioServer minio;
  private final LocalCoordinator coordinator;
  private final Consumer<String> events;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "worker-restarts");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, WorkerSupervisor> workers = new LinkedHashMap<>();

  private LocalCluster(
      LocalSettings settings,
      @Nullable MinioServer minio,
      LocalCoordinator coordinator,
      Consumer<String> events) {
    this.settings = settings;
    this.minio = minio;
    this.coordinator = coordinator;
    this.events = events;
  }

  /**
   * Starts the coordinator alone: what is in the data directory is read back.
   *
   * @param events told, in one line each, of what a person should know; from several threads
   * @throws dev.belay.jobs.cli.CliException with one line for people
   */
  public static LocalCluster start(LocalSettings settings, Consumer<String> events) {
    makeDirectory(settings.data());
    MinioServer minio =
        settings.minio() ? MinioServer.start(settings.data().resolve("minio"), 0) : null;
    try {
      LocalCoordinator coordinator =
          LocalCoordinator.start(
              new HostPort("127.0.0.1", 0),
              settings.data(),
              minio != null ? minio.store() : settings.store(),
              settings.collectEvery(),
              new RegionSettings(settings.mirror(), false, false),
              events);
      return new LocalCluster(settings, minio, coordinator, events);
    } catch (RuntimeException e) {
      if (minio != null) {
        minio.close();
      }
      throw e;
    }
  }

  public HostPort address() {
    return coordinator.address();
  }

  /** As {@link LocalCoordinator#awaitEnd}. */
  public void awaitEnd() throws InterruptedException {
    coordinator.awaitEnd();
  }

  /** Starts the workers: w1, w2 and so on. */
  public void startWorkers() {
    makeDirectory(settings.logs());
    for (int i = 1; i <= settings.workers(); i++) {
      String name = "w" + i;
      List<String> command =
          JavaCommand.of(
              System.getenv(), WORKERS_MEMORY_PERCENT / settings.workers(), workerArgs(name));
      Path log = settings.logs().resolve(name + ".log");
      WorkerSupervisor worker =
          new WorkerSupervisor(name, command, this::prepare, log, events, timer);
      workers.put(name, worker);
      worker.start();
    }
  }

  private void prepare(Map<String, String> environment) {
    if (minio != null) {
      minio.credentials().useIn(environment);
    }
  }

  /**
   * Kills a worker with SIGKILL; it stays dead until {@link #revive}.
   *
   * @return the pid that was killed
   */
  public long kill(String worker) {
    WorkerSupervisor supervisor = supervisor(worker);
    long pid = supervisor.pid();
    supervisor.kill();
    return pid;
  }

  public void revive(String worker) {
    supervisor(worker).start();
  }

  /** It is about to be closed: workers that end from now on are not started again. */
  public void ending() {
    timer.shutdownNow();
  }

  /** The workers give back what they hold, then the coordinator ends. Takes seconds at most. */
  @Override
  public void close() {
    timer.shutdownNow();
    workers.values().forEach(WorkerSupervisor::drain);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
    for (WorkerSupervisor worker : workers.values()) {
      worker.awaitEnd(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }
    coordinator.close();
    if (minio != null) {
      minio.close();
    }
  }

  /** Ends the workers at once; their last checkpoints are what remains. */
  public void kill() {
    timer.shutdownNow();
    workers.values().forEach(WorkerSupervisor::kill);
  }

  private WorkerSupervisor supervisor(String worker) {
    WorkerSupervisor supervisor = workers.get(worker);
    if (supervisor == null) {
      throw new IllegalArgumentException("no worker " + worker);
    }
    return supervisor;
  }

  private List<String> workerArgs(String name) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "worker",
                "--supervised",
                "--coordinator",
                coordinator.address().toString(),
                "--id",
                name,
                "--slots",
                Integer.toString(settings.slots()),
                "--data",
                settings.workerData(name).toString()));
    for (String label : settings.labels()) {
      args.addAll(List.of("--label", label));
    }
    return args;
  }

  private static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw CliException.usage(
          "cannot make the directory %s (%s): give one that can be with --data DIR"
              .formatted(directory, Reason.of(e)));
    }
  }
}

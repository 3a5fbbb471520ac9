package dev.belay.worker;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.time.Now;
import dev.belay.runtime.wire.Labels;
import dev.belay.worker.core.Outcome;
import dev.belay.worker.core.WorkerCore;
import dev.belay.worker.core.WorkerSettings;
import dev.belay.worker.core.WorkerSettings.Patience;
import dev.belay.worker.link.Address;
import dev.belay.worker.link.GrpcDialer;
import dev.belay.worker.link.WorkerLoop;
import dev.belay.worker.task.TaskLog;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker inside any program: it joins a coordinator, runs the partitions of the jobs that it was
 * given, and checkpoints them.
 *
 * <pre>{@code
 * try (BelayWorker worker =
 *     BelayWorker.builder().coordinator("127.0.0.1:7070").job(new MyJob()).start()) {
 *   Outcome outcome = worker.awaitEnd();
 * }
 * }</pre>
 *
 * <p>It starts daemon threads only, installs no shutdown hook and never ends the process: a program
 * that should leave in order on SIGTERM calls {@link #drain} from a hook of its own. Safe for use
 * by many threads.
 */
public final class BelayWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BelayWorker.class);

  private final String id;
  private final WorkerLoop loop;
  private final ProcessSigns signs;
  private final CompletableFuture<Outcome> ended;

  private BelayWorker(
      String id, WorkerLoop loop, ProcessSigns signs, CompletableFuture<Outcome> ended) {
    this.id = id;
    this.loop = loop;
    this.signs = signs;
    this.ended = ended;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The name that people know it by. */
  public String id() {
    return id;
  }

  /**
   * Begins to give everything back: each task takes a final checkpoint and is handed over. Returns
   * at once; {@link #awaitEnd} tells when it is done.
   */
  public void drain() {
    loop.drain();
  }

  /**
   * Says that this machine is about to be taken away, as whoever rents it out has announced. The
   * coordinator then has the worker drain; the first notice stands.
   *
   * @param text the announcement, for people
   */
  public void preemptionNotice(String text) {
    signs.notice(text);
    loop.urgent();
  }

  /** Waits until this worker is at its end, however that comes about. */
  public Outcome awaitEnd() throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** As {@link #awaitEnd()}; null if the time passes first. */
  public @Nullable Outcome awaitEnd(Duration patience) throws InterruptedException {
    try {
      return ended.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Stops everything at once, without final checkpoints, and waits for the tasks to leave, a few
   * seconds at most. Without effect on a worker that has ended.
   */
  @Override
  public void close() {
    loop.close();
    ended.join();
  }

  /** What a worker is to be like. Each setting is checked when it is given. */
  public static final class Builder {
    private static final int MAX_SLOTS = 1_024;
    private static final int MAX_QUEUE = 4_096;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, Label> labels = new LinkedHashMap<>();
    private Address coordinator = Address.parse("127.0.0.1:7070");
    private @Nullable String id;
    private int slots = Math.min(MAX_SLOTS, Runtime.getRuntime().availableProcessors());
    private int queue = 512;
    private @Nullable Path data;
    private @Nullable Path preemptionFile;
    private @Nullable String s3Endpoint;
    private long cache = CacheSize.AUTO;
    private TaskLog taskLog = TaskLog.NONE;
    private Patience patience = Patience.DEFAULT;

    private Builder() {}

    /** Where the coordinator is, as {@code host:port}; 127.0.0.1:7070 by default. */
    public Builder coordinator(String address) {
      coordinator = Address.parse(address);
      return this;
    }

    /** What people call it; by default the host's name and four random digits. */
    public Builder id(String name) {
      if (!Names.isId(name)) {
        throw new IllegalArgumentException(
            "malformed worker id \""
                + name
                + "\": use 1 to 64 letters, digits, '.', '_' and '-', such as w1");
      }
      id = name;
      return this;
    }

    /** How many tasks it runs at a time; by default one a processor. */
    public Builder slots(int count) {
      if (count < 1 || count > MAX_SLOTS) {
        throw new IllegalArgumentException(
            "a worker has 1 to " + MAX_SLOTS + " slots, not " + count);
      }
      slots = count;
      return this;
    }

    /**
     * How many partitions it may hold ready beyond its slots; 512 by default. It is given none
     * where partitions take longer than moments, so that others can have them; 0: none at all.
     */
    public Builder queue(int count) {
      if (count < 0 || count > MAX_QUEUE) {
        throw new IllegalArgumentException(
            "a worker holds 0 to " + MAX_QUEUE + " partitions ready, not " + count);
      }
      queue = count;
      return this;
    }

    /**
     * Its own directory, for no other worker; {@code ~/.belay/workers/<id>} by default, which is
     * removed at the end if the id was a default too.
     */
    public Builder data(Path directory) {
      data = directory;
      return this;
    }

    /**
     * How many bytes of its directory may hold checkpoints that lie in S3 too, so that a worker
     * that starts there again fetches nothing; by default a tenth of what is free, at most 20 GiB;
     * 0: none.
     */
    public Builder cache(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("a cache has 0 bytes or more, not " + bytes);
      }
      cache = bytes;
      return this;
    }

    /**
     * A file whose appearance is a {@link BelayWorker#preemptionNotice}, with the file's text; by
     * default none.
     */
    public Builder preemptionFile(Path file) {
      preemptionFile = file;
      return this;
    }

    /** Where the last lines that a task logged are found when it fails; by default nowhere. */
    public Builder taskLog(TaskLog log) {
      taskLog = log;
      return this;
    }

    /** A job whose code it has; at least one. */
    public Builder job(Job job) {
      String name = job.name();
      if (!Names.isJob(name)) {
        throw new IllegalArgumentException(
            "malformed job name \"" + name + "\": use lower-case letters, digits and dashes");
      }
      if (jobs.putIfAbsent(name, job) != null) {
        throw new IllegalArgumentException("two jobs are called " + name + ": rename one of them");
      }
      return this;
    }

    /**
     * Something that jobs may require of a worker, such as {@code gpu}, {@code yes}; any number of
     * them, each key once.
     */
    public Builder label(String key, String value) {
      if (labels.putIfAbsent(key, Labels.of(key, value)) != null) {
        throw new IllegalArgumentException("label " + key + " is given twice");
      }
      if (labels.size() > Labels.MOST) {
        throw new IllegalArgumentException("a worker has at most " + Labels.MOST + " labels");
      }
      return this;
    }

    /**
     * This machine's own way to the cluster's store on S3, such as {@code http://10.0.0.9:9000}, in
     * place of the endpoint that the coordinator tells.
     */
    public Builder s3Endpoint(String endpoint) {
      this.s3Endpoint = Objects.requireNonNull(endpoint);
      return this;
    }

    /**
     * How long the coordinator may be out of reach at first before this gives up; 60 s, so that the
     * two may be started in any order. Once it was reached there is no end of trying.
     */
    public Builder firstContact(Duration budget) {
      patience = patience.withFirstContactMillis(positive(budget));
      return this;
    }

    /** How long a drain may take in all; 25 s. */
    public Builder drainBudget(Duration budget) {
      patience = patience.withDrainMillis(positive(budget));
      return this;
    }

    private static long positive(Duration budget) {
      if (budget.toMillis() < 1) {
        throw new IllegalArgumentException("a budget is at least 1 ms, not " + budget);
      }
      return budget.toMillis();
    }

    /**
     * Starts the worker and returns at once; whether it finds its coordinator, {@link
     * BelayWorker#awaitEnd} tells.
     *
     * @throws IllegalArgumentException if there is no job
     * @throws IOException with one line for people: the data directory cannot be used, or another
     *     worker uses it
     */
    public BelayWorker start() throws IOException {
      if (jobs.isEmpty()) {
        throw new IllegalArgumentException("a worker without jobs has nothing to do: add one");
      }
      String host = Names.host();
      String name = id != null ? id : Names.defaultId(host, random);
      DataDirectory directory = directory(name);
      StoreWorkshop workshop =
          new StoreWorkshop(
              jobs, s3Endpoint, directory, CacheSize.bytes(cache, directory.cache()), taskLog);
      ProcessSigns signs =
          new ProcessSigns(
              directory.scratch(), preemptionFile, workshop::storeErrors, workshop::storeTrouble);
      WorkerLoop loop =
          new WorkerLoop(
              name,
              new WorkerCore(settings(name, host)),
              new GrpcDialer(coordinator),
              workshop,
              signs,
              () -> new Now(System.nanoTime(), System.currentTimeMillis()));
      CompletableFuture<Outcome> ended =
          loop.outcome()
              .thenApplyAsync(
                  outcome -> {
                    close(signs);
                    close(workshop);
                    close(directory);
                    return outcome;
                  },
                  action -> daemon("belay-worker-end-" + name, action));
      signs.start(loop::urgent);
      loop.start();
      return new BelayWorker(name, loop, signs, ended);
    }

    private DataDirectory directory(String name) throws IOException {
      if (data != null) {
        return DataDirectory.open(data);
      }
      Path path = Path.of(System.getProperty("user.home"), ".belay", "workers", name);
      return id != null ? DataDirectory.open(path) : DataDirectory.openForOnce(path);
    }

    private WorkerSettings settings(String name, String host) {
      return new WorkerSettings(
          coordinator.toString(),
          name,
          Names.hex(random, 16),
          slots,
          queue,
          ProcessHandle.current().pid(),
          host,
          List.copyOf(jobs.keySet()),
          List.copyOf(labels.values()),
          version(),
          patience);
    }

    private static String version() {
      String version = BelayWorker.class.getPackage().getImplementationVersion();
      return version == null ? "" : version;
    }

    private static void daemon(String name, Runnable action) {
      Thread thread = new Thread(action, name);
      thread.setDaemon(true);
      thread.start();
    }

    private static void close(AutoCloseable resource) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("{} could not be closed", resource, e);
      }
    }
  }
}

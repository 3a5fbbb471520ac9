package dev.belay.worker;

import dev.belay.runtime.job.Job;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreProbe;
import dev.belay.storage.Stores;
import dev.belay.storage.cache.CachedStore;
import dev.belay.storage.cache.LocalCache;
import dev.belay.worker.link.Workshop;
import dev.belay.worker.task.ObservedStore;
import dev.belay.worker.task.Reporter;
import dev.belay.worker.task.SystemTicker;
import dev.belay.worker.task.TaskLog;
import dev.belay.worker.task.TaskSettings;
import dev.belay.worker.task.TaskStarter;
import dev.belay.worker.task.Tasks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the jobs run: the cluster's store, and the threads that everything beside the tasks' own
 * work happens on. Opened and closed once; if it is closed first, it does not open any more.
 */
final class StoreWorkshop implements Workshop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreWorkshop.class);

  /** Long for a store that answers; one that does not should not keep the work from others. */
  private static final long TRY_OUT_MILLIS = 3_000;

  private final Map<String, Job> jobs;
  private final @Nullable String endpoint;
  private final Path scratch;
  private final Path cache;
  private final long cacheBytes;
  private final TaskLog taskLog;
  private final AtomicLong storeErrors = new AtomicLong();

  // Guarded by this.
  private @Nullable Open open;
  private boolean closed;

  private volatile @Nullable StoreAccess access;

  /** What has to be closed again. */
  private record Open(
      ObjectStore store, SystemTicker ticker, ExecutorService background, Tasks tasks) {}

  /**
   * @param endpoint this machine's own way to a store on S3; null: the one told
   * @param cacheBytes how much of the store may be kept on this machine's own disk; unused if the
   *     store is a directory
   */
  StoreWorkshop(
      Map<String, Job> jobs,
      @Nullable String endpoint,
      DataDirectory directory,
      long cacheBytes,
      TaskLog taskLog) {
    this.jobs = Map.copyOf(jobs);
    this.endpoint = endpoint;
    this.scratch = directory.scratch();
    this.cache = directory.cache();
    this.cacheBytes = cacheBytes;
    this.taskLog = taskLog;
  }

  /** How often a store that is a directory failed, in all. */
  long storeErrors() {
    return storeErrors.get();
  }

  /** Why a store far away cannot be used from here; empty: it can, as far as is known. */
  String storeTrouble() {
    StoreAccess known = access;
    return known == null ? "" : known.trouble();
  }

  @Override
  public synchronized TaskStarter open(String cluster, String told, Reporter reporter)
      throws IOException {
    if (closed) {
      throw new IOException("the worker has ended");
    }
    String url = endpoint == null ? told : Stores.at(told, endpoint);
    boolean remote = Stores.isRemote(url);
    ObjectStore opened = Stores.open(url);
    ExecutorService background = background();
    SystemTicker ticker = new SystemTicker();
    StoreAccess storeAccess =
        new StoreAccess(
            "the store " + opened.describe(),
            () -> opened.silence().orElse(Duration.ZERO),
            () -> StoreProbe.reach(opened),
            ticker,
            background);
    // That a service far away is down says nothing about this machine's disk.
    ObjectStore shared =
        new ObservedStore(
            opened,
            remote ? failed -> storeAccess.failed() : failed -> storeErrors.incrementAndGet());
    if (remote) {
      try {
        tryOut(opened, background, storeAccess);
      } catch (IOException e) {
        background.shutdownNow();
        ticker.close();
        opened.close();
        throw e;
      }
    }
    access = storeAccess;
    LocalCache near =
        remote && cacheBytes > 0 ? new LocalCache(cache, cacheBytes) : LocalCache.none();
    ObjectStore store = new CachedStore(shared, near, Tasks::isCached);
    Tasks tasks =
        new Tasks(
            jobs,
            store,
            near,
            reporter,
            TaskSettings.DEFAULTS,
            cluster,
            scratch,
            background,
            ticker,
            taskLog);
    open = new Open(store, ticker, background, tasks);
    background.execute(() -> rehearse(background));
    return tasks;
  }

  /**
   * Credentials and endpoint are each process's own: one whose are wrong should take no work. One
   * whose store is slow or out of reach at the moment does, as it would when that came later.
   */
  private static void tryOut(ObjectStore store, ExecutorService background, StoreAccess access)
      throws IOException {
    Future<?> tried =
        background.submit(
            () -> {
              StoreProbe.access(store);
              return true;
            });
    try {
      tried.get(TRY_OUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      if (cause instanceof StoreException failure
          && failure.kind() == StoreException.Kind.CONFIGURATION) {
        throw failure;
      }
      access.failed(String.valueOf(cause.getMessage()));
    } catch (TimeoutException e) {
      access.failed("the store " + store.describe() + " does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the worker has ended");
    }
  }

  private void rehearse(ExecutorService background) {
    try {
      new Rehearsal(scratch, background).run();
    } catch (RuntimeException e) {
      log.debug("no rehearsal; the first restore will take longer", e);
    }
  }

  private static ExecutorService background() {
    AtomicLong number = new AtomicLong();
    return Executors.newCachedThreadPool(
        action -> {
          Thread thread = new Thread(action, "belay-background-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Waits a moment for tasks that are on their way out. */
  @Override
  public synchronized void close() {
    closed = true;
    Open closing = open;
    open = null;
    if (closing != null) {
      closing.tasks.close();
      closing.background.shutdownNow();
      closing.ticker.close();
      closing.store.close();
    }
  }
}

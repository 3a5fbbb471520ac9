package dev.belay.worker;

import dev.belay.runtime.job.Job;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.Stores;
import dev.belay.storage.cache.CachedStore;
import dev.belay.storage.cache.LocalCache;
import dev.belay.worker.link.Workshop;
import dev.belay.worker.task.CountingStore;
import dev.belay.worker.task.Reporter;
import dev.belay.worker.task.SystemTicker;
import dev.belay.worker.task.TaskLog;
import dev.belay.worker.task.TaskSettings;
import dev.belay.worker.task.TaskStarter;
import dev.belay.worker.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the jobs run: the cluster's store, and the threads that everything beside the tasks' own
 * work happens on. Opened and closed once, one after the other.
 */
final class StoreWorkshop implements Workshop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreWorkshop.class);

  private final Map<String, Job> jobs;
  private final Path scratch;
  private final Path cache;
  private final long cacheBytes;
  private final TaskLog taskLog;
  private final AtomicLong storeErrors = new AtomicLong();
  private @Nullable Open open;

  /** What has to be closed again. */
  private record Open(
      ObjectStore store, SystemTicker ticker, ExecutorService background, Tasks tasks) {}

  /**
   * @param cacheBytes how much of the store may be kept on this machine's own disk; unused if the
   *     store is a directory
   */
  StoreWorkshop(Map<String, Job> jobs, DataDirectory directory, long cacheBytes, TaskLog taskLog) {
    this.jobs = Map.copyOf(jobs);
    this.scratch = directory.scratch();
    this.cache = directory.cache();
    this.cacheBytes = cacheBytes;
    this.taskLog = taskLog;
  }

  /** How often the store failed, in all. */
  long storeErrors() {
    return storeErrors.get();
  }

  @Override
  public TaskStarter open(String cluster, String url, Reporter reporter) throws IOException {
    ObjectStore shared = new CountingStore(Stores.open(url), storeErrors);
    boolean remote = cacheBytes > 0 && Stores.isRemote(url);
    LocalCache near = remote ? new LocalCache(cache, cacheBytes) : LocalCache.none();
    ObjectStore store = remote ? new CachedStore(shared, near, Tasks::isCached) : shared;
    SystemTicker ticker = new SystemTicker();
    ExecutorService background = background();
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
  public void close() {
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

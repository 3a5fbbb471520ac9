package dev.belay.bench.recovery;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.CoordinatorClient;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks the coordinator again and again, some hundred times a second. For one thread. */
public final class Observer {
  private static final long POLL_MILLIS = 10;
  private static final long LIMIT_SECONDS = 60;

  private final CoordinatorClient client;

  public Observer(CoordinatorClient client) {
    this.client = client;
  }

  /**
   * Waits until what is seen is as wanted; an answer that does not come is no answer yet.
   *
   * @param what is waited for, for people
   * @return what was seen
   * @throws IOException if it takes more than a minute
   */
  public <T> T await(String what, Callable<T> look, Predicate<T> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    T seen = null;
    while (System.nanoTime() < deadline) {
      seen = tried(look);
      if (seen != null && wanted.test(seen)) {
        return seen;
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException("waited " + LIMIT_SECONDS + " s for " + what + " in vain");
  }

  private static <T> @Nullable T tried(Callable<T> look) throws IOException {
    try {
      return look.call();
    } catch (CliException e) {
      return null;
    } catch (Exception e) {
      throw new IOException("cannot look: " + e.getMessage(), e);
    }
  }

  JobDescription job(String id) {
    return client.describe(id, false);
  }

  /** Waits until these workers, and as many as these, are LIVE. */
  public void awaitLive(int workers) throws IOException, InterruptedException {
    List<WorkerDescription> unused =
        await(
            workers + " live workers",
            client::workers,
            all -> all.stream().filter(it -> it.getState() == WorkerState.LIVE).count() == workers);
  }

  /** Waits until this very process of a worker is LIVE. */
  void awaitLive(String worker, long pid) throws IOException, InterruptedException {
    List<WorkerDescription> unused =
        await(
            "worker " + worker + " to be live",
            client::workers,
            all ->
                all.stream()
                    .anyMatch(
                        it ->
                            it.getId().equals(worker)
                                && it.getPid() == pid
                                && it.getState() == WorkerState.LIVE));
  }
}

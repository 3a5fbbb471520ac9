package dev.belay.worker.task;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.belay.runtime.time.Now;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system's clocks, and one daemon thread for everything that is due later. */
public final class SystemTicker implements Ticker, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SystemTicker.class);

  private static final long BEAT_MILLIS = 100;

  private final ScheduledThreadPoolExecutor timer;

  public SystemTicker() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            runnable -> {
              Thread thread = new Thread(runnable, "belay-ticker");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    // A timer that is due before all others wakes the thread when it is set, and most are cancelled
    // soon: with this one before them, only it does.
    var unused = timer.scheduleAtFixedRate(() -> {}, BEAT_MILLIS, BEAT_MILLIS, MILLISECONDS);
  }

  @Override
  public Now now() {
    return new Now(System.nanoTime(), System.currentTimeMillis());
  }

  /** Throws RejectedExecutionException once closed. */
  @Override
  public Call after(Duration delay, Runnable action) {
    ScheduledFuture<?> scheduled =
        timer.schedule(() -> guarded(action), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdown();
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      log.error("A timed action failed; the task it belongs to may no longer take checkpoints", t);
    }
  }
}

package dev.belay.coordinator.mirror;

import dev.belay.coordinator.journal.JournalSource;
import dev.belay.runtime.proto.MirrorStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror at work, on threads of its own. Nothing that happens to it ends the coordinator: when it
 * cannot go on, its status says so.
 */
public final class Mirroring implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mirroring.class);
  private static final long END_SECONDS = 5;

  /** Of any wait, once it is to finish. */
  private static final long MOST_WAIT_MILLIS = 100;

  private final MirrorSettings settings;
  private final MirrorGauge gauge;
  private final Mirror mirror;
  private final ExecutorService pool;
  private final CountDownLatch finishing = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "belay-mirror");

  private Mirroring(
      Chain.Identity identity, JournalSource journal, MirrorStore store, MirrorSettings settings) {
    this.settings = settings;
    gauge = new MirrorGauge(store.describe(), journal, System::currentTimeMillis);
    AtomicInteger count = new AtomicInteger();
    pool =
        Executors.newFixedThreadPool(
            settings.copies(),
            task -> {
              Thread made = new Thread(task, "belay-mirror-" + count.incrementAndGet());
              made.setDaemon(true);
              return made;
            });
    mirror =
        new Mirror(
            identity,
            journal,
            store,
            settings,
            gauge,
            new Persistence(settings, gauge, this::pause),
            pool,
            System::currentTimeMillis);
    thread.setDaemon(true);
  }

  /**
   * Begins to mirror; returns at once.
   *
   * @param generation of the cluster's epochs
   * @param writer drawn for this process
   */
  public static Mirroring start(
      String cluster,
      int generation,
      String writer,
      JournalSource journal,
      MirrorStore store,
      MirrorSettings settings) {
    Mirroring mirroring =
        new Mirroring(new Chain.Identity(cluster, generation, writer), journal, store, settings);
    mirroring.thread.start();
    return mirroring;
  }

  private void run() {
    try {
      while (!isFinished()) {
        if (!step()) {
          pause(settings.pauseMillis());
        }
      }
    } catch (InterruptedException e) {
      log.debug("the mirror ends");
    } catch (FencedException e) {
      gauge.fenced(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      log.error("the mirror cannot go on", e);
      gauge.fenced("it cannot go on: " + e);
    }
  }

  private boolean isFinished() {
    return finishing.getCount() == 0 && mirror.holdsAll();
  }

  /** Ends when it is to finish; each one after that is short. */
  private void pause(long millis) throws InterruptedException {
    if (finishing.getCount() == 0) {
      Thread.sleep(Math.min(millis, MOST_WAIT_MILLIS));
    } else {
      boolean unused = finishing.await(millis, TimeUnit.MILLISECONDS);
    }
  }

  private boolean step() throws InterruptedException, FencedException {
    try {
      return mirror.step();
    } catch (IOException e) {
      log.debug("the journal could not be followed", e);
      gauge.outOfReach("the journal could not be followed: " + e.getMessage());
      pause(settings.lastRetryMillis());
      return false;
    }
  }

  /** How far it is. From any thread. */
  public MirrorStatus status() {
    return gauge.status();
  }

  /**
   * Mirrors what is left, which is to have an end: nothing is journaled any more. Takes no longer
   * than its settings say, and ends it.
   *
   * @return what is not mirrored, in one line; empty: nothing, or somebody else is told
   */
  public Optional<String> finish() {
    finishing.countDown();
    try {
      thread.join(settings.finishMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    return told.getAndSet(true) ? Optional.empty() : gauge.left();
  }

  /** Ends it where it is; what is not mirrored yet is left to the next start. */
  @Override
  public void close() {
    thread.interrupt();
    pool.shutdownNow();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

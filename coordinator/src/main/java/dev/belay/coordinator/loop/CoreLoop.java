package dev.belay.coordinator.loop;

import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the core and the journal: takes all waiting commands and does with them
 * what the {@link Recipe} says.
 *
 * <p>Whatever is thrown in here ends the loop for good, with nothing of the batch seen by anybody:
 * the state in memory is not to be trusted any more and the journal is. {@link #ended} tells; the
 * process must end.
 */
public final class CoreLoop {
  private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);

  private final Recipe recipe;
  private final Supplier<Now> clock;
  private final Inbox inbox;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "belay-coordinator");

  private volatile boolean stopping;

  /**
   * @param lastSequence of the journal
   */
  public CoreLoop(
      StateMachine core,
      Journal journal,
      long lastSequence,
      Inbox inbox,
      Outbox outbox,
      Supplier<Now> clock) {
    this.inbox = inbox;
    this.recipe = new Recipe(core, journal, lastSequence, outbox);
    this.clock = clock;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Completes when the loop has ended: normally after {@link #stop}, else with what was thrown. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Ends the loop after the batch that it is at, and waits for that. */
  public void stop() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      recipe.resume(clock.get());
      List<Command> batch = new ArrayList<>();
      while (!stopping) {
        boolean all = take(batch);
        Now now = clock.get();
        // What still waits may be the heartbeat of somebody who seems silent.
        long heardUntil = all ? now.nanos() : batch.get(batch.size() - 1).getReceivedNanos();
        recipe.process(batch, heardUntil, now);
        batch.clear();
      }
      ended.complete(null);
    } catch (JournalException e) {
      // Says all in one line, to whoever waits for the end.
      LOG.debug("the journal failed", e);
      ended.completeExceptionally(e);
    } catch (Throwable e) {
      LOG.error("the coordinator cannot go on", e);
      ended.completeExceptionally(e);
    } finally {
      inbox.close();
    }
  }

  private boolean take(List<Command> batch) throws InterruptedException {
    return inbox.take(batch, Math.max(0, recipe.dueNanos() - clock.get().nanos()));
  }
}

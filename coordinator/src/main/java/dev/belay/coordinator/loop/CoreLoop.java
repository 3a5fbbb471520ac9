package dev.belay.coordinator.loop;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the core and the journal: takes all waiting commands, decides and
 * applies them, appends, syncs once for all, and then lets anyone see it. One sync serves the
 * batch.
 *
 * <p>Whatever is thrown in here ends the loop for good, with nothing of the batch seen by anybody:
 * the state in memory is not to be trusted any more and the journal is. {@link #ended} tells; the
 * process must end.
 */
public final class CoreLoop {
  private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);

  private static final Command TICK =
      Command.newBuilder().setTick(Tick.getDefaultInstance()).build();
  private static final Command PLACE =
      Command.newBuilder().setPlace(Place.getDefaultInstance()).build();

  private final Core core;
  private final Journal journal;
  private final Outbox outbox;
  private final Supplier<Now> clock;
  private final Inbox inbox;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "belay-coordinator");

  private long sequence;
  private long tickedNanos;
  private volatile boolean stopping;

  /**
   * @param lastSequence of the journal
   */
  public CoreLoop(
      Core core,
      Journal journal,
      long lastSequence,
      Inbox inbox,
      Outbox outbox,
      Supplier<Now> clock) {
    this.inbox = inbox;
    this.core = core;
    this.journal = journal;
    this.sequence = lastSequence;
    this.outbox = outbox;
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
      resume();
      List<Command> batch = new ArrayList<>();
      while (!stopping) {
        take(batch);
        process(batch);
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

  private void resume() {
    Now now = clock.get();
    tickedNanos = now.nanos();
    core.resume(now).forEach(outbox::carryOut);
  }

  private void take(List<Command> batch) throws InterruptedException {
    long wait = Math.max(0, core.tickNanos() - (System.nanoTime() - tickedNanos));
    inbox.take(batch, wait);
  }

  private void process(List<Command> batch) throws JournalException {
    Now now = clock.get();
    List<Effect> effects = new ArrayList<>();
    boolean remembered = false;
    for (Command command : batch) {
      remembered |= step(command, now, effects);
    }
    if (now.nanos() - tickedNanos >= core.tickNanos()) {
      tickedNanos = now.nanos();
      remembered |= step(TICK, now, effects);
    }
    remembered |= step(PLACE, now, effects);
    effects.addAll(core.announce());
    if (remembered) {
      journal.sync();
    }
    effects.forEach(outbox::carryOut);
  }

  /** Returns whether there is something to remember. */
  private boolean step(Command command, Now now, List<Effect> effects) throws JournalException {
    Decision decision = core.decide(command, now);
    decision.events().forEach(core::apply);
    effects.addAll(decision.effects());
    if (decision.events().isEmpty()) {
      return false;
    }
    sequence++;
    journal.append(
        JournalRecord.newBuilder().setSequence(sequence).addAllEvents(decision.events()).build());
    return true;
  }
}

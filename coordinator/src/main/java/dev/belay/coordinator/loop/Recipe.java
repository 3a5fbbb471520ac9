package dev.belay.coordinator.loop;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;

/**
 * Decide, make it durable, then let anyone see it: what the loop does with a batch of commands,
 * without the thread and the clock. {@link CoreLoop} runs it in a server, the simulator under
 * virtual time, so that what is proved is what runs.
 *
 * <p>For one thread. Whatever it throws ends it for good: the state in memory is not to be trusted
 * any more, and nothing of the batch was seen by anybody.
 */
public final class Recipe {
  private static final Command PLACE =
      Command.newBuilder().setPlace(Place.getDefaultInstance()).build();

  /** A record that holds this much takes no further command's events. */
  private static final int FULL_BYTES = 64 << 10;

  private final StateMachine core;
  private final Journal journal;
  private final Outbox outbox;
  private final JournalRecord.Builder gathered = JournalRecord.newBuilder();
  private int gatheredBytes;
  private long sequence;
  private long tickedNanos;

  /**
   * @param lastSequence of the journal
   */
  public Recipe(StateMachine core, Journal journal, long lastSequence, Outbox outbox) {
    this.core = core;
    this.journal = journal;
    this.sequence = lastSequence;
    this.outbox = outbox;
  }

  /** After a start, once, before the first batch. */
  public void resume(Now now) {
    tickedNanos = now.nanos();
    core.resume(now).forEach(outbox::carryOut);
  }

  /** By when, on the monotonic clock, a batch is due, be it an empty one. */
  public long dueNanos() {
    return tickedNanos + core.tickNanos();
  }

  /** As below, where nothing waits behind the batch. */
  public void process(List<Command> batch, Now now) throws JournalException {
    process(batch, now.nanos(), now);
  }

  /**
   * All of a batch is decided at one time. One sync serves it.
   *
   * @param heardUntilNanos everything that was received before is in this batch or an earlier one
   */
  public void process(List<Command> batch, long heardUntilNanos, Now now) throws JournalException {
    List<Effect> effects = new ArrayList<>();
    boolean remembered = false;
    for (Command command : batch) {
      remembered |= step(command, now, effects);
    }
    if (now.nanos() - dueNanos() >= 0) {
      tickedNanos = now.nanos();
      remembered |= step(tick(heardUntilNanos), now, effects);
    }
    remembered |= step(PLACE, now, effects);
    effects.addAll(core.announce());
    append();
    if (remembered) {
      journal.sync();
    }
    effects.forEach(outbox::carryOut);
    outbox.flush();
  }

  private static Command tick(long heardUntilNanos) {
    return Command.newBuilder()
        .setReceivedNanos(heardUntilNanos)
        .setTick(Tick.getDefaultInstance())
        .build();
  }

  /** Returns whether there is something to remember. */
  private boolean step(Command command, Now now, List<Effect> effects) throws JournalException {
    Decision decision = core.decide(command, now);
    decision.events().forEach(core::apply);
    effects.addAll(decision.effects());
    if (decision.events().isEmpty()) {
      return false;
    }
    for (Event event : decision.events()) {
      gathered.addEvents(event);
      gatheredBytes += event.getSerializedSize();
    }
    if (gatheredBytes >= FULL_BYTES) {
      append();
    }
    return true;
  }

  /**
   * One record for what several commands made: nobody sees anything of the batch before all of it
   * is durable, and a record for each would cost more than what it holds.
   */
  private void append() throws JournalException {
    if (gathered.getEventsCount() > 0) {
      sequence++;
      journal.append(gathered.setSequence(sequence).build());
      gathered.clear();
      gatheredBytes = 0;
    }
  }
}

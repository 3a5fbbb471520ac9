package dev.belay.jobs.simulation.cluster;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.core.Timing;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A coordinator on a machine that comes back, with the journal as it was then: nobody works for it,
 * so it gives up every lease that it knows of, and collects garbage in the store that all share.
 */
final class OldCopy {
  /** Longer ones would pass for stalls of its own, and everybody would be waited for. */
  private static final long STEP_MILLIS = 900;

  private static final int STEPS = 22;

  private final StateMachine core;
  private final List<Effect> effects = new ArrayList<>();
  private Now now;

  /**
   * @param journal as far as it has it
   */
  OldCopy(Seams seams, List<JournalRecord> journal, Now now) {
    this.now = now;
    core = seams.core(new Core(Timing.DEFAULT, "sim:"));
    journal.forEach(record -> record.getEventsList().forEach(core::apply));
  }

  /** What it would delete, and which uploads end. */
  Set<String> garbage(List<String> objects, List<String> uploads) {
    effects.addAll(core.resume(now));
    for (int i = 0; i < STEPS; i++) {
      now = new Now(now.nanos() + STEP_MILLIS * 1_000_000, now.wallMillis() + STEP_MILLIS);
      decide(Command.newBuilder().setTick(Tick.getDefaultInstance()));
      decide(Command.newBuilder().setPlace(Place.getDefaultInstance()));
    }
    Collect.Builder collect = Collect.newBuilder().addAllUnfinished(uploads);
    objects.forEach(key -> collect.addObjects(StoredObject.newBuilder().setKey(key)));
    decide(Command.newBuilder().setCollect(collect));
    Set<String> keys = new LinkedHashSet<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Delete deletion) {
        keys.addAll(deletion.keys());
        objects.stream()
            .filter(key -> deletion.all() && key.startsWith(deletion.prefix() + "/"))
            .forEach(keys::add);
      } else if (effect instanceof Effect.Reply reply
          && reply.message() instanceof Collected found) {
        keys.addAll(found.getAbandonList());
      }
    }
    return keys;
  }

  private void decide(Command.Builder command) {
    Decision decision = core.decide(command.setReceivedNanos(now.nanos()).build(), now);
    decision.events().forEach(core::apply);
    effects.addAll(decision.effects());
  }
}

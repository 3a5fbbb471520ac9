package dev.belay.bench.coordinator;

import com.google.protobuf.Message;
import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.loop.SteadyClock;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.time.Now;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A core in the hands of a loop without a journal: a batch of commands is decided and applied, what
 * waits is placed, and what follows is heard by the fleet, whose answers are the next batch.
 */
public final class CoreDriver {
  private static final Command PLACE =
      Command.newBuilder().setPlace(Place.getDefaultInstance()).build();

  private final Core core = new Core(Timing.DEFAULT, "file:/none");
  private final SteadyClock clock = new SteadyClock();
  private final Queue<Command> waiting = new ArrayDeque<>();
  private final Fleet fleet;

  /** See {@link Fleet}. */
  public CoreDriver(int workers, int slots, boolean finish) {
    fleet = new Fleet(workers, slots, finish, waiting::add);
    fleet.join();
    settle();
  }

  public Fleet fleet() {
    return fleet;
  }

  /** Submits a job and has it planned. Returns when the first partitions have been placed. */
  public void planned(int partitions, String key) {
    fleet.submit(partitions, key);
    batch();
    batch();
  }

  /** Goes on until nothing follows. Returns how many commands were decided. */
  public int settle() {
    int decided = 0;
    while (!waiting.isEmpty()) {
      decided += batch();
    }
    return decided;
  }

  /** Decides what waits; returns how much that was. */
  public int batch() {
    Now now = clock.get();
    List<Effect> effects = new ArrayList<>();
    int decided = 0;
    for (int left = waiting.size(); left > 0; left--) {
      decide(waiting.remove(), now, effects);
      decided++;
    }
    decide(PLACE, now, effects);
    effects.addAll(core.announce());
    effects.forEach(fleet::hear);
    return decided;
  }

  /** Asks something, and returns the answer. */
  public Message ask(Command.Builder question) {
    List<Effect> effects = new ArrayList<>();
    decide(question.setReceivedNanos(clock.get().nanos()).build(), clock.get(), effects);
    for (Effect effect : effects) {
      if (effect instanceof Effect.Reply reply) {
        return reply.message();
      }
    }
    throw new IllegalStateException("no answer to " + question);
  }

  private void decide(Command command, Now now, List<Effect> effects) {
    Decision decision = core.decide(command, now);
    decision.events().forEach(core::apply);
    effects.addAll(decision.effects());
  }
}

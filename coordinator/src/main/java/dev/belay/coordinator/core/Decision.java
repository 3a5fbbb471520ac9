package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows from a command: facts to remember, whole or not at all, and what the world sees once
 * they are durable.
 */
public record Decision(List<Event> events, List<Effect> effects) {
  static Decision of(Effect effect) {
    return new Decision(List.of(), List.of(effect));
  }

  /** The same, and these effects after its own. */
  Decision with(List<Effect> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(more);
    return new Decision(events, List.copyOf(all));
  }

  /** Gathers a decision. */
  static final class Draft {
    private final long wallMillis;
    private final List<Event> events = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    Draft(long wallMillis) {
      this.wallMillis = wallMillis;
    }

    /** An event builder stamped with the time of the decision; give it back to {@link #add}. */
    Event.Builder event() {
      return Event.newBuilder().setMillis(wallMillis);
    }

    Draft add(Event.Builder event) {
      events.add(event.build());
      return this;
    }

    Draft then(Effect effect) {
      effects.add(effect);
      return this;
    }

    /** What was decided elsewhere, behind this. */
    Draft with(Decision other) {
      events.addAll(other.events());
      effects.addAll(other.effects());
      return this;
    }

    int size() {
      return events.size();
    }

    Decision done() {
      return new Decision(List.copyOf(events), List.copyOf(effects));
    }
  }
}

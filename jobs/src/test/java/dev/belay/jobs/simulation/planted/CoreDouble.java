package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A core with something in front of it. */
class CoreDouble implements StateMachine {
  final StateMachine real;

  CoreDouble(StateMachine real) {
    this.real = real;
  }

  @Override
  public Decision decide(Command command, Now now) {
    return real.decide(command, now);
  }

  @Override
  public void apply(Event event) {
    real.apply(event);
  }

  @Override
  public void restore(SnapshotEntry entry) {
    real.restore(entry);
  }

  @Override
  public void snapshot(Consumer<SnapshotEntry> out) {
    real.snapshot(out);
  }

  @Override
  public List<Effect> resume(Now now) {
    return real.resume(now);
  }

  @Override
  public List<Effect> announce() {
    return real.announce();
  }

  @Override
  public long tickNanos() {
    return real.tickNanos();
  }

  /** A decision with each of its events changed. */
  static Decision changed(Decision decision, UnaryOperator<Event> change) {
    List<Event> events = new ArrayList<>();
    decision.events().forEach(event -> events.add(change.apply(event)));
    return new Decision(events, decision.effects());
  }
}

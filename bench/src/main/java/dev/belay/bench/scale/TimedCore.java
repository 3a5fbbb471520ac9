package dev.belay.bench.scale;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.time.Now;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stands between the loop and a core, and times each batch: from the first command's being decided
 * until all is decided, applied, placed and announced. Reading the inbox, the journal and the
 * outbox are not in it. For the loop's thread; {@link #batches} and {@link #commands} for any.
 */
final class TimedCore implements StateMachine {
  private final Core core;
  private final Times batches = new Times();
  private final Times commands = new Times();
  private boolean begun;
  private long beganNanos;

  TimedCore(Core core) {
    this.core = core;
  }

  /** Of whole batches. */
  Times batches() {
    return batches;
  }

  /** Of single commands: what follows from one, without its being applied. */
  Times commands() {
    return commands;
  }

  @Override
  public Decision decide(Command command, Now now) {
    long began = System.nanoTime();
    if (!begun) {
      begun = true;
      beganNanos = began;
    }
    Decision decision = core.decide(command, now);
    commands.add(System.nanoTime() - began);
    return decision;
  }

  @Override
  public void apply(Event event) {
    core.apply(event);
  }

  @Override
  public void restore(SnapshotEntry entry) {
    core.restore(entry);
  }

  @Override
  public void snapshot(Consumer<SnapshotEntry> out) {
    core.snapshot(out);
  }

  @Override
  public List<Effect> resume(Now now) {
    return core.resume(now);
  }

  @Override
  public List<Effect> announce() {
    List<Effect> effects = core.announce();
    begun = false;
    batches.add(System.nanoTime() - beganNanos);
    return effects;
  }

  @Override
  public long tickNanos() {
    return core.tickNanos();
  }
}

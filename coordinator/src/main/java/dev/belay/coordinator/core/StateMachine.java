package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.time.Now;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the loop around a {@link Core} needs of it. {@link Core} says what each of these means; a
 * test can stand between the two.
 */
public interface StateMachine {
  Decision decide(Command command, Now now);

  void apply(Event event);

  void restore(SnapshotEntry entry);

  void snapshot(Consumer<SnapshotEntry> out);

  List<Effect> resume(Now now);

  List<Effect> announce();

  long tickNanos();
}

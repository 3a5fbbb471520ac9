package dev.belay.coordinator.loop;

import dev.belay.coordinator.core.Effect;

/**
 * Carries out effects. Called by the loop's thread alone, in order; never blocks, never throws for
 * the sake of one receiver.
 */
@FunctionalInterface
public interface Outbox {
  void carryOut(Effect effect);

  /** The batch is over: what was held back to go together goes now. */
  default void flush() {}
}

package dev.belay.storage.state;

import dev.belay.runtime.proto.StateType;

/** A type of the job's own, as it is in this program. */
interface UserType {
  Class<?> type();

  /** For the table that travels with the states. */
  StateType describe(int id);

  /**
   * Reads what was written by the type as it is described there, which may have been an older or a
   * newer one; with the own description, also writes.
   *
   * @throws UnreadableStateException INCOMPATIBLE if it cannot
   */
  StateSerializer<?> serializer(StateType stored);

  /** Refuses what was another kind of type then. */
  default void checkKind(StateType stored, StateType.Kind kind) {
    if (stored.getKind() != kind) {
      throw UnreadableStateException.incompatible(
          type().getName()
              + " was saved as "
              + stored.getKind()
              + " and is "
              + kind
              + " now: rename the new class, and keep the old one until its jobs are done");
    }
  }
}

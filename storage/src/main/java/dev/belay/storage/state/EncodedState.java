package dev.belay.storage.state;

import dev.belay.runtime.proto.StateTypes;

/**
 * A small state as bytes in memory, such as a split, with the table that says what the ids in it
 * mean. Immutable by convention: nobody writes to the array.
 *
 * @param types the table
 */
public record EncodedState(StateTypes types, byte[] bytes) {
  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }
}

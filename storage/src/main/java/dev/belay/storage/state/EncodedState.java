package dev.belay.storage.state;

import dev.belay.runtime.proto.StateTypes;
import java.util.List;

/**
 * A state as bytes, in pieces so that it may be larger than an array, with the table that says what
 * the ids in it mean. Immutable by convention: nobody writes to the pieces.
 *
 * @param types the table
 * @param chunks the bytes, each piece from 1 byte to {@link #MAX_CHUNK}
 */
public record EncodedState(StateTypes types, List<byte[]> chunks) {
  /** The most bytes in one piece. */
  public static final int MAX_CHUNK = 1 << 20;

  public EncodedState {
    chunks = List.copyOf(chunks);
  }

  /** The number of bytes. */
  public long length() {
    long length = 0;
    for (byte[] chunk : chunks) {
      length += chunk.length;
    }
    return length;
  }
}

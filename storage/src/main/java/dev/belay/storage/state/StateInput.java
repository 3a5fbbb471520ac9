package dev.belay.storage.state;

import com.esotericsoftware.kryo.io.Input;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Kryo's input, which knows how much is left: a length read from it is believed only as far as that
 * many bytes are there, so that no damaged length allocates much.
 */
final class StateInput extends Input {
  /** Enough for any value that is read at once. */
  private static final int LEAST_BUFFER = 256;

  private final long length;

  StateInput(InputStream in, long length) {
    super(in, (int) Math.max(LEAST_BUFFER, Math.min(StateOutput.BUFFER, length)));
    this.length = length;
  }

  long remaining() {
    return length - total();
  }

  /**
   * The length of something.
   *
   * @param unit the fewest bytes that each element takes
   */
  int readLength(int unit) {
    return checked(readVarLong(true), unit);
  }

  @Override
  public String readString() {
    long header = readVarLong(true);
    boolean wide = (header & 1) != 0;
    int count = checked(header >>> 1, wide ? 2 : 1);
    if (!wide) {
      return new String(readBytes(count), StandardCharsets.ISO_8859_1);
    }
    char[] text = new char[count];
    for (int i = 0; i < count; i++) {
      text[i] = (char) readShort();
    }
    return new String(text);
  }

  @Override
  public byte[] readBytes(int count) {
    byte[] bytes = new byte[checked(count, 1)];
    readBytes(bytes, 0, bytes.length);
    return bytes;
  }

  private int checked(long count, int unit) {
    if (count < 0 || count > Integer.MAX_VALUE - 8 || count * unit > remaining()) {
      throw UnreadableStateException.corrupt("a length of " + count + " in a state is too large");
    }
    return (int) count;
  }
}

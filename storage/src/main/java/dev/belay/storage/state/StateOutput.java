package dev.belay.storage.state;

import com.esotericsoftware.kryo.io.Output;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Kryo's output with a string format of our own, which keeps every string exactly. */
final class StateOutput extends Output {
  static final int BUFFER = 64 << 10;

  StateOutput(OutputStream out) {
    super(out, BUFFER);
  }

  /**
   * A varint of (length &lt;&lt; 1 | wide), and then a byte for each character, or two if one of
   * them is beyond Latin-1: exact for unpaired surrogates too, which UTF-8 is not.
   */
  @Override
  public void writeString(String text) {
    boolean wide = !isLatin1(text);
    writeVarLong((long) text.length() << 1 | (wide ? 1 : 0), true);
    if (!wide) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      writeBytes(bytes, 0, bytes.length);
    } else {
      for (int i = 0; i < text.length(); i++) {
        writeShort(text.charAt(i));
      }
    }
  }

  @Override
  public void writeAscii(String text) {
    writeString(text);
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }
}

package dev.belay.storage.state;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects bytes in pieces of {@link EncodedState#MAX_CHUNK}; only the last one ever grows. */
final class ChunkSink extends OutputStream {
  private static final int SMALLEST = 4 << 10;

  private final List<byte[]> full = new ArrayList<>();
  private byte[] last = new byte[0];
  private int used;

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int from = offset;
    for (int left = length; left > 0; ) {
      makeRoom(left);
      int count = Math.min(left, last.length - used);
      System.arraycopy(bytes, from, last, used, count);
      used += count;
      from += count;
      left -= count;
    }
  }

  List<byte[]> chunks() {
    List<byte[]> chunks = new ArrayList<>(full);
    if (used > 0) {
      chunks.add(Arrays.copyOf(last, used));
    }
    return chunks;
  }

  private void makeRoom(int wanted) {
    if (used == EncodedState.MAX_CHUNK) {
      full.add(last);
      last = new byte[EncodedState.MAX_CHUNK];
      used = 0;
    } else if (used == last.length || last.length - used < wanted) {
      int size = Math.max(SMALLEST, Math.max(2 * last.length, used + wanted));
      last = Arrays.copyOf(last, Math.min(size, EncodedState.MAX_CHUNK));
    }
  }
}

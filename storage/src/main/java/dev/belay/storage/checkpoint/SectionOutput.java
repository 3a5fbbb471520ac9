package dev.belay.storage.checkpoint;

import dev.belay.storage.StoreException;
import dev.belay.storage.format.Chunker;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** A section being written: fills blocks, and hands them over. For one thread. */
final class SectionOutput extends OutputStream {
  /** Not so large that a collector would treat it apart, and as large as the largest chunk. */
  static final int BLOCK = Chunker.MAX;

  private static final int FIRST = 4 << 10;

  private final CheckpointDraft draft;
  private byte[] block = new byte[0];
  private int used;
  private boolean closed;

  SectionOutput(CheckpointDraft draft) {
    this.draft = draft;
  }

  @Override
  public void write(int b) throws StoreException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StoreException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IllegalStateException("the section has been closed");
    }
    int at = offset;
    for (int left = length; left > 0; ) {
      if (used == block.length) {
        makeRoom(left);
      }
      int count = Math.min(left, block.length - used);
      System.arraycopy(bytes, at, block, used, count);
      used += count;
      at += count;
      left -= count;
    }
  }

  /** Ends the section. */
  @Override
  public void close() throws StoreException {
    if (!closed) {
      closed = true;
      if (used > 0) {
        draft.take(new Block(block, used, draft::release));
      }
      block = new byte[0];
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** The draft has been given up: there is nothing to hand over any more. */
  void forget() {
    if (!closed) {
      closed = true;
      draft.release(block.length);
      block = new byte[0];
    }
  }

  private void makeRoom(int wanted) throws StoreException {
    if (used == BLOCK) {
      draft.take(new Block(block, used, draft::release));
      block = new byte[0];
      used = 0;
      draft.acquire(BLOCK);
      block = new byte[BLOCK];
    } else {
      int size = Math.min(BLOCK, Math.max(used + wanted, Math.max(FIRST, 4 * block.length)));
      draft.acquire(size - block.length);
      block = Arrays.copyOf(block, size);
    }
  }
}

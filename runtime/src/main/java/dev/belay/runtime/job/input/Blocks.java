package dev.belay.runtime.job.input;

import dev.belay.runtime.job.BadInputException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a split block by block, where blocks are cut only behind delimiters (or where a file ends):
 * each holds whole records, and none of them is in two blocks, whatever the ranges are.
 *
 * <p>A record ends with its delimiter, or with its file, and belongs to the range in which it
 * begins. So the border between two ranges that meet at an offset is not there but behind the first
 * delimiter at or after the byte before it, and both readers find it by themselves: one begins at
 * it, the other reads on to it.
 *
 * <pre>{@code
 * try (Blocks blocks = Blocks.open(task.split(FileRanges.class), state.position, ends)) {
 *   while (blocks.next()) {
 *     state.add(blocks.bytes(), blocks.from(), blocks.to());
 *     state.position = blocks.position();
 *     task.checkpoint(state);
 *   }
 * }
 * }</pre>
 *
 * For one thread.
 */
public final class Blocks implements AutoCloseable {
  /** A longer record is refused, since a block is held in memory. */
  public static final int LONGEST_RECORD_BYTES = 16 << 20;

  private static final int USUAL_BLOCK_BYTES = 64 << 10;

  private final FileRanges ranges;
  private final Delimiters delimiters;
  private byte[] buffer = new byte[USUAL_BLOCK_BYTES];

  /** Of the range being read, or to be opened next. */
  private int index;

  /** The position at which that range begins. */
  private long base;

  /** Where to begin in it. */
  private long skipped;

  private FileRanges.@Nullable Range range;
  private @Nullable PlannedFile file;

  /** The offset in the file of the buffer's first byte. */
  private long bufferOffset;

  /** The block. What follows it, up to filled, was read ahead. */
  private int from;

  private int to;
  private int filled;

  private Blocks(FileRanges ranges, Delimiters delimiters) {
    this.ranges = ranges;
    this.delimiters = delimiters;
  }

  /**
   * Begins at a position: 0, or what {@link #position} gave. From any other one, too, it finds the
   * first record that begins there or later.
   */
  public static Blocks open(FileRanges ranges, long position, Delimiters delimiters) {
    if (position < 0 || position > ranges.bytes()) {
      throw new IllegalArgumentException(
          "position " + position + " is outside of a split of " + ranges.bytes() + " bytes");
    }
    Blocks blocks = new Blocks(ranges, delimiters);
    while (blocks.base < position && blocks.base + ranges.bytes(blocks.index) <= position) {
      blocks.base += ranges.bytes(blocks.index);
      blocks.index++;
    }
    blocks.skipped = position - blocks.base;
    return blocks;
  }

  /**
   * Goes on to the next block; false at the end of the split.
   *
   * @throws BadInputException if a file is missing, unreadable or not the planned one any more, or
   *     a record is too long
   */
  public boolean next() throws IOException {
    while (true) {
      if (range != null && file != null) {
        if (nextIn(range, file)) {
          return true;
        }
        leave(range, file);
      } else if (index < ranges.size()) {
        enter(ranges.get(index));
      } else {
        return false;
      }
    }
  }

  /**
   * What holds the block. The caller may change the block's bytes, and no others; the next call of
   * {@link #next} does, too.
   */
  public byte[] bytes() {
    return buffer;
  }

  /** The index of the block's first byte. */
  public int from() {
    return from;
  }

  /** The index after the block's last byte. */
  public int to() {
    return to;
  }

  /** The position behind this block: to go on there later. */
  public long position() {
    return position(to);
  }

  /** The position of a byte of the block that begins a record. */
  public long position(int at) {
    return range == null
        ? base + skipped
        : base + Math.min(bufferOffset + at, range.end()) - range.start();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private void enter(FileRanges.Range next) throws IOException {
    PlannedFile opened = PlannedFile.open(next);
    file = opened;
    seek(next, opened, next.start() + skipped);
    range = next;
    skipped = 0;
  }

  private void leave(FileRanges.Range last, PlannedFile opened) throws IOException {
    opened.verify();
    opened.close();
    file = null;
    range = null;
    base += last.bytes();
    index++;
    from = 0;
    to = 0;
  }

  /**
   * Finds the first record that begins at an offset or later; the end if none does in the range.
   */
  private void seek(FileRanges.Range range, PlannedFile file, long offset) throws IOException {
    place(Math.max(0, offset - 1));
    while (offset > 0 && bufferOffset < range.end() - 1) {
      fill(file);
      int end = (int) Math.min(filled, range.end() - 1 - bufferOffset);
      int found = delimiters.first(buffer, 0, end);
      if (found >= 0) {
        to = found + 1;
        return;
      }
      place(bufferOffset + end);
    }
    if (offset > 0) {
      place(range.end());
    }
  }

  private void place(long offset) {
    bufferOffset = offset;
    to = 0;
    filled = 0;
  }

  private boolean nextIn(FileRanges.Range range, PlannedFile file) throws IOException {
    if (bufferOffset + to >= range.end()) {
      return false;
    }
    System.arraycopy(buffer, to, buffer, 0, filled - to);
    bufferOffset += to;
    filled -= to;
    from = 0;
    fill(file);
    to = endOfBlock(range);
    while (to == 0) {
      grow(range);
      fill(file);
      to = endOfBlock(range);
    }
    return true;
  }

  /** Where the last whole record in the buffer ends; 0 if there is none. */
  private int endOfBlock(FileRanges.Range range) {
    long last = range.end() - 1 - bufferOffset;
    if (last < filled) {
      int found = delimiters.first(buffer, (int) last, filled);
      if (found >= 0) {
        return found + 1;
      }
      if (bufferOffset + filled == range.fileSize()) {
        return filled;
      }
    }
    return delimiters.last(buffer, filled) + 1;
  }

  private void fill(PlannedFile file) throws IOException {
    filled += file.read(bufferOffset + filled, buffer, filled);
  }

  private void grow(FileRanges.Range range) {
    if (buffer.length >= LONGEST_RECORD_BYTES) {
      throw new BadInputException(
          range.path()
              + " has a record of more than "
              + LONGEST_RECORD_BYTES
              + " bytes at offset "
              + bufferOffset
              + ", and none may be longer; is this a file of text?");
    }
    buffer = Arrays.copyOf(buffer, Math.min(LONGEST_RECORD_BYTES, buffer.length * 2));
  }
}

package dev.belay.runtime.job.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a split line by line, as plain bytes. A line ends with a line feed, which may follow a
 * carriage return, or with its file; it is given without them. It belongs to the range in which it
 * begins, so that the splits of a plan hold each line once. For one thread.
 *
 * <p>A line of more than {@link Blocks#LONGEST_RECORD_BYTES} is refused.
 */
public final class Lines implements AutoCloseable {
  private final Blocks blocks;
  private int start;
  private int end;

  /** Where the next line begins. */
  private int next;

  private Lines(Blocks blocks) {
    this.blocks = blocks;
  }

  /** Begins at a position of the split: 0, or what {@link #position} gave. */
  public static Lines open(FileRanges ranges, long position) {
    return new Lines(Blocks.open(ranges, position, Delimiters.NEWLINE));
  }

  /**
   * Goes on to the next line; false at the end of the split.
   *
   * @throws dev.belay.runtime.job.BadInputException if a file is missing, unreadable or not the
   *     planned one any more, or a line is too long
   */
  public boolean next() throws IOException {
    if (next == blocks.to()) {
      if (!blocks.next()) {
        start = 0;
        end = 0;
        next = blocks.to();
        return false;
      }
      next = blocks.from();
    }
    byte[] bytes = blocks.bytes();
    int limit = blocks.to();
    int i = next;
    while (i < limit && bytes[i] != '\n') {
      i++;
    }
    start = next;
    end = i;
    next = i;
    if (i < limit) {
      next = i + 1;
      if (i > start && bytes[i - 1] == '\r') {
        end = i - 1;
      }
    }
    return true;
  }

  /** What holds the line, until the next call of {@link #next}. */
  public byte[] bytes() {
    return blocks.bytes();
  }

  /** The index of the line's first byte. */
  public int start() {
    return start;
  }

  /** The index after the line's last byte. */
  public int end() {
    return end;
  }

  /** The line as UTF-8; what is none becomes U+FFFD. */
  public String text() {
    return new String(blocks.bytes(), start, end - start, StandardCharsets.UTF_8);
  }

  /** The position behind this line: to go on there later. */
  public long position() {
    return blocks.position(next);
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}

package dev.belay.jobs.ready;

import dev.belay.runtime.job.input.Blocks;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads what {@link CountsWriter} wrote, and trusts no length in it. For one thread. */
final class CountsReader implements AutoCloseable {
  private final InputStream in;
  private final byte[] buffer = new byte[32 << 10];
  private int at;
  private int filled;

  private byte[] word = new byte[64];
  private int length;
  private long count;
  private long prefix;

  CountsReader(InputStream in) {
    this.in = in;
  }

  /** Goes on to the next word; false at the end. */
  boolean next() throws IOException {
    if (at == filled && !fill()) {
      return false;
    }
    long announced = varint();
    if (announced < 1 || announced > Blocks.LONGEST_RECORD_BYTES) {
      throw new IOException("a segment holds a word of " + announced + " bytes: it is damaged");
    }
    length = (int) announced;
    if (word.length < length) {
      word = new byte[Math.max(length, 2 * word.length)];
    }
    readWord();
    count = varint();
    prefix = prefixOfWord();
    return true;
  }

  /** Holds the word in its first {@link #length} bytes, until the next call of {@link #next}. */
  byte[] word() {
    return word;
  }

  int length() {
    return length;
  }

  long count() {
    return count;
  }

  boolean isWord(byte[] bytes, int size) {
    return length == size && Arrays.equals(word, 0, size, bytes, 0, size);
  }

  /** By the bytes of the words. */
  int compareTo(CountsReader other) {
    return prefix != other.prefix
        ? Long.compareUnsigned(prefix, other.prefix)
        : Arrays.compareUnsigned(word, 0, length, other.word, 0, other.length);
  }

  private long prefixOfWord() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (i < length ? word[i] & 0xff : 0);
    }
    return value;
  }

  private void readWord() throws IOException {
    for (int done = 0; done < length; ) {
      if (at == filled && !fill()) {
        throw new EOFException("a segment ends within a word: it is damaged");
      }
      int part = Math.min(length - done, filled - at);
      System.arraycopy(buffer, at, word, done, part);
      at += part;
      done += part;
    }
  }

  private long varint() throws IOException {
    long value = 0;
    for (int bits = 0; bits < 63; bits += 7) {
      if (at == filled && !fill()) {
        throw new EOFException("a segment ends within a number: it is damaged");
      }
      byte next = buffer[at++];
      value |= (long) (next & 0x7f) << bits;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a segment holds a number that is too long: it is damaged");
  }

  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

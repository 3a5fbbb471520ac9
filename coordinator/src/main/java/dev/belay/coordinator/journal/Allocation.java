package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Takes real blocks of the device ahead of what a mapping will write, since a mapped write to a
 * disk that is full ends in a signal, while zeros written through a channel end in an exception.
 * They are forced too, for the file systems that find room only then.
 */
final class Allocation {
  /** More than Chronicle touches behind a document. */
  static final int MARGIN_BYTES = 1 << 16;

  /** A page of Chronicle's table, and what it maps behind it. */
  static final int METADATA_BYTES = 1 << 17;

  private static final int STEP_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(STEP_BYTES);
  private long allocated;

  /** Of an empty file. */
  Allocation(FileChannel channel) {
    this.channel = channel;
  }

  /** Nothing behind this position has been written yet; it and a margin may be afterwards. */
  void reserve(long end) throws IOException {
    boolean grown = false;
    while (allocated < end + MARGIN_BYTES) {
      Durable.writeFully(channel, zeros.clear(), allocated);
      allocated += STEP_BYTES;
      grown = true;
    }
    if (grown) {
      channel.force(true);
    }
  }

  static void create(Path file, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Durable.writeFully(channel, ByteBuffer.allocate(bytes), 0);
      channel.force(true);
    }
  }
}

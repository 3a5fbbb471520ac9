package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small file that says up to which sequence a generation is on the device. It is written after
 * each sync and not synced itself: it reaches the device with the next sync of the system, and
 * until then survives the process. So it never says too much, and what it says of the very last
 * batch can be lost only in a power cut.
 *
 * <p>"BLJS", CRC32C of what follows, generation, sequence; big-endian.
 */
final class SyncMark implements AutoCloseable {
  private static final int MAGIC = 0x424C4A53;
  private static final int LENGTH = 24;

  private final FileChannel channel;
  private final long generation;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(LENGTH);

  private SyncMark(FileChannel channel, long generation) {
    this.channel = channel;
    this.generation = generation;
  }

  /** Creates the file, which says that nothing is, durable but for its name. */
  static SyncMark create(Path file, long generation) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    SyncMark mark = new SyncMark(channel, generation);
    mark.write(0);
    channel.force(true);
    return mark;
  }

  void write(long sequence) throws IOException {
    buffer.clear();
    buffer.putInt(MAGIC).putInt(0).putLong(generation).putLong(sequence).flip();
    buffer.putInt(4, Durable.crc32c(buffer.slice(8, LENGTH - 8)));
    Durable.writeFully(channel, buffer, 0);
  }

  void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** What the mark says; 0 when it is missing or not whole. */
  static long read(Path file, long generation) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    ByteBuffer mark = ByteBuffer.allocate(LENGTH);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (!Durable.readFully(channel, mark, 0)) {
        return 0;
      }
    }
    mark.flip();
    int check = Durable.crc32c(mark.slice(8, LENGTH - 8));
    boolean whole =
        mark.getInt() == MAGIC && mark.getInt() == check && mark.getLong() == generation;
    return whole ? mark.getLong() : 0;
  }
}

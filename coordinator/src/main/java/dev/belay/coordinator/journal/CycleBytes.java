package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of a generation, wherever they lie. */
interface CycleBytes extends AutoCloseable {
  long size() throws IOException;

  /** Whether the buffer could be filled with what lies at the position. */
  boolean read(ByteBuffer into, long position) throws IOException;

  @Override
  void close() throws IOException;

  /** Those of a file. */
  static CycleBytes open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new CycleBytes() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public boolean read(ByteBuffer into, long position) throws IOException {
        return Durable.readFully(channel, into, position);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}

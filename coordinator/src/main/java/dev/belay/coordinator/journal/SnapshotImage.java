package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.SnapshotEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A snapshot as it lies on the disk, held open: it can be read again and again, also once the
 * journal has no use for it any more and deleted it. For one thread.
 */
public final class SnapshotImage implements AutoCloseable {
  private final Path file;
  private final long generation;
  private final long sequence;
  private final FileChannel channel;

  private SnapshotImage(Path file, long generation, long sequence, FileChannel channel) {
    this.file = file;
    this.generation = generation;
    this.sequence = sequence;
    this.channel = channel;
  }

  /**
   * Reads all of it once.
   *
   * @throws JournalException if it is not what was written, or of a newer version
   */
  public static SnapshotImage open(Path file, long generation) throws JournalException {
    long sequence = SnapshotFile.read(file, generation, entry -> {});
    try {
      return new SnapshotImage(
          file, generation, sequence, FileChannel.open(file, StandardOpenOption.READ));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Of the journal that began after it. */
  public long generation() {
    return generation;
  }

  /** The last record that it covers. */
  public long sequence() {
    return sequence;
  }

  public long length() throws IOException {
    return channel.size();
  }

  /** Its bytes, from the first on. */
  public InputStream bytes() throws IOException {
    channel.position(0);
    // Not to be closed with the stream.
    return new SnapshotBytes(Channels.newInputStream(channel));
  }

  /** Gives its entries, the header first. */
  public void entries(Consumer<SnapshotEntry> out) throws JournalException {
    try (SnapshotReader reader = SnapshotReader.of(file, channel.size(), bytes())) {
      reader.read(generation, out::accept);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static JournalException unreadable(Path file, IOException e) {
    return new JournalException(file + " cannot be read: " + Durable.reason(e), e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static final class SnapshotBytes extends java.io.FilterInputStream {
    SnapshotBytes(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}

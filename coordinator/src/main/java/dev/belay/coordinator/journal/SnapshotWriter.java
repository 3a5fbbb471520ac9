package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotFooter;
import dev.belay.runtime.proto.SnapshotHeader;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** Writes a {@link SnapshotFile}, entry by entry. */
final class SnapshotWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel channel;
  private final long generation;
  private final long sequence;
  private final DigestOutputStream digest;
  private final DataOutputStream out;
  private int check;
  private long entries;

  private SnapshotWriter(FileChannel channel, long generation, long sequence) {
    this.channel = channel;
    this.generation = generation;
    this.sequence = sequence;
    this.digest =
        new DigestOutputStream(Channels.newOutputStream(channel), SnapshotReader.sha256());
    this.out = new DataOutputStream(new BufferedOutputStream(digest, BUFFER_BYTES));
  }

  static SnapshotWriter create(Path file, long generation, long sequence) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    SnapshotWriter writer = new SnapshotWriter(channel, generation, sequence);
    try {
      writer.begin();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return writer;
  }

  private void begin() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(SnapshotFile.HEAD_BYTES);
    head.putInt(SnapshotFile.MAGIC).putInt(SnapshotFile.FORMAT);
    head.putLong(generation).putLong(sequence).flip();
    check = Durable.crc32c(head.duplicate());
    out.write(head.array());
  }

  /** Throws what the file throws as an UncheckedIOException, since it is called by a state. */
  void add(SnapshotEntry entry) {
    if (entry.hasHeader() != (entries == 0) || entry.hasFooter()) {
      throw new IllegalStateException("a snapshot is one header, then jobs and tasks");
    }
    try {
      write(entry.hasHeader() ? completed(entry.getHeader()) : entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    entries++;
  }

  private SnapshotEntry completed(SnapshotHeader header) {
    SnapshotHeader.Builder completed =
        header.toBuilder()
            .setFormat(SnapshotFile.FORMAT)
            .setJournalGeneration(generation)
            .setSequence(sequence);
    return SnapshotEntry.newBuilder().setHeader(completed).build();
  }

  private void write(SnapshotEntry entry) throws IOException {
    byte[] bytes = entry.toByteArray();
    if (bytes.length > SnapshotFile.MOST_ENTRY_BYTES) {
      throw new IOException("an entry of " + bytes.length + " bytes is too large");
    }
    check = SnapshotFile.check(check, bytes.length, ByteBuffer.wrap(bytes));
    out.writeInt(bytes.length);
    out.writeInt(check);
    out.write(bytes);
  }

  /** Ends the file and forces it to the device. */
  void finish() throws IOException {
    SnapshotFooter footer = SnapshotFooter.newBuilder().setEntries(entries).build();
    write(SnapshotEntry.newBuilder().setFooter(footer).build());
    out.flush();
    MessageDigest sum = digest.getMessageDigest();
    digest.on(false);
    out.write(sum.digest());
    out.flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

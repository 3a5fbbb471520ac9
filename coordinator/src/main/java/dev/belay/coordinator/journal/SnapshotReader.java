package dev.belay.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.belay.runtime.proto.SnapshotEntry;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Reads a {@link SnapshotFile}, holding one entry at a time and trusting no length. */
final class SnapshotReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int ENTRY_HEAD_BYTES = 8;
  private static final int DIGEST_BYTES = 32;

  private final Path file;
  private final DigestInputStream digest;
  private final DataInputStream in;
  private long remaining;
  private int check;
  private long sequence;

  private SnapshotReader(Path file, long size, DigestInputStream digest) {
    this.file = file;
    this.digest = digest;
    this.in = new DataInputStream(digest);
    this.remaining = size - DIGEST_BYTES;
  }

  static SnapshotReader open(Path file) throws IOException {
    return of(file, Files.size(file), Files.newInputStream(file));
  }

  /** Closes the stream when it is closed. */
  static SnapshotReader of(Path file, long size, InputStream bytes) {
    BufferedInputStream in = new BufferedInputStream(bytes, BUFFER_BYTES);
    return new SnapshotReader(file, size, new DigestInputStream(in, sha256()));
  }

  /** What the head of the file says, unverified; -1 where it cannot be read. */
  static long sequence(Path file) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      ByteBuffer head = ByteBuffer.wrap(in.readNBytes(SnapshotFile.HEAD_BYTES));
      return head.limit() < SnapshotFile.HEAD_BYTES ? -1 : head.getLong(16);
    } catch (IOException e) {
      return -1;
    }
  }

  /** Returns the last sequence that the snapshot covers. */
  long read(long generation, SnapshotFile.Target target) throws IOException {
    readHead(generation);
    long entries = 0;
    SnapshotEntry entry = next();
    while (!entry.hasFooter()) {
      requireHeader(entry, entries == 0, generation);
      target.accept(entry);
      entries++;
      entry = next();
    }
    if (entry.getFooter().getEntries() != entries || entries == 0) {
      throw damaged(entry.getFooter().getEntries() + " entries were written, " + entries + " read");
    }
    requireDigest();
    return sequence;
  }

  private void readHead(long generation) throws IOException {
    byte[] head = bytes(SnapshotFile.HEAD_BYTES);
    ByteBuffer fields = ByteBuffer.wrap(head);
    if (fields.getInt() != SnapshotFile.MAGIC) {
      throw damaged("it is no snapshot");
    }
    int format = fields.getInt();
    long written = fields.getLong();
    sequence = fields.getLong();
    check = Durable.crc32c(ByteBuffer.wrap(head));
    requireFormat(format);
    if (written != generation) {
      throw damaged("it belongs to generation " + written);
    }
  }

  /** A flipped bit must not pass for a newer format, so the digest is asked first. */
  private void requireFormat(int format) throws IOException {
    if (format > SnapshotFile.FORMAT) {
      throw digestHolds()
          ? KnownMessages.newer(file.toString())
          : damaged("format " + format + ", and other bytes than were written");
    }
    if (format < 1) {
      throw damaged("format " + format);
    }
  }

  private SnapshotEntry next() throws IOException {
    ByteBuffer head = ByteBuffer.wrap(bytes(ENTRY_HEAD_BYTES));
    int length = head.getInt();
    int expected = head.getInt();
    if (length < 0 || length > SnapshotFile.MOST_ENTRY_BYTES) {
      throw damaged("an entry of " + length + " bytes");
    }
    byte[] bytes = bytes(length);
    check = SnapshotFile.check(check, length, ByteBuffer.wrap(bytes));
    if (check != expected) {
      throw damaged("an entry is not what was written");
    }
    try {
      SnapshotEntry entry = SnapshotEntry.parseFrom(bytes);
      KnownMessages.require(entry, file.toString());
      return entry;
    } catch (InvalidProtocolBufferException e) {
      throw damaged("an entry cannot be understood");
    }
  }

  private void requireHeader(SnapshotEntry entry, boolean first, long generation)
      throws JournalException {
    boolean wrong =
        entry.hasHeader()
            && (entry.getHeader().getJournalGeneration() != generation
                || entry.getHeader().getSequence() != sequence);
    if (entry.hasHeader() != first || wrong) {
      throw damaged("its header is in the wrong place");
    }
    if (first && entry.getHeader().getFormat() > SnapshotFile.FORMAT) {
      throw KnownMessages.newer(file.toString());
    }
  }

  private void requireDigest() throws IOException {
    if (remaining != 0 || !digestHolds()) {
      throw damaged("its digest is not that of its bytes");
    }
  }

  /** Reads to the end. */
  private boolean digestHolds() throws IOException {
    byte[] rest = new byte[BUFFER_BYTES];
    while (remaining > 0) {
      int length = (int) Math.min(rest.length, remaining);
      in.readFully(rest, 0, length);
      remaining -= length;
    }
    digest.on(false);
    byte[] sum = digest.getMessageDigest().digest();
    byte[] expected = new byte[DIGEST_BYTES];
    in.readFully(expected);
    return MessageDigest.isEqual(sum, expected) && in.read() < 0;
  }

  private byte[] bytes(int length) throws IOException {
    if (length > remaining) {
      throw damaged("it is cut off");
    }
    byte[] bytes = new byte[length];
    try {
      in.readFully(bytes);
    } catch (EOFException e) {
      throw damaged("it is cut off");
    }
    remaining -= length;
    return bytes;
  }

  private DamagedException damaged(String what) {
    return new DamagedException(file + " is damaged: " + what);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.PieceHeader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Piece} and trusts nothing that it reads before its digest was compared. */
final class PieceReader {
  private static final int MOST_HEADER_BYTES = 1 << 16;
  private static final int MOST_RECORD_BYTES = 16 << 20;
  private static final int STEP = 1 << 16;

  private final DigestInputStream digesting;
  private final DataInputStream in;
  private long remaining;

  private PieceReader(InputStream bytes, long length) {
    this.digesting = new DigestInputStream(bytes, Piece.sha256());
    this.in = new DataInputStream(digesting);
    this.remaining = length - Piece.DIGEST_BYTES;
  }

  /**
   * A whole piece.
   *
   * @param snapshot the file that its snapshot was written to; null: it has none
   */
  record Content(
      PieceHeader header,
      ByteString digest,
      @Nullable Path snapshot,
      List<JournalRecord> records) {}

  /** The header alone, which may be damaged without being noticed. */
  static PieceHeader header(InputStream bytes, long length)
      throws IOException, DamagedPieceException {
    PieceReader reader = new PieceReader(bytes, length);
    try {
      return reader.header();
    } catch (EOFException e) {
      throw new DamagedPieceException("it is cut off");
    }
  }

  /**
   * @param length of the piece
   * @param snapshot where to write a snapshot that it holds
   */
  static Content read(InputStream bytes, long length, Path snapshot)
      throws IOException, DamagedPieceException {
    PieceReader reader = new PieceReader(bytes, length);
    try {
      return reader.content(snapshot);
    } catch (EOFException e) {
      throw new DamagedPieceException("it is cut off");
    }
  }

  private Content content(Path file) throws IOException, DamagedPieceException {
    PieceHeader header = header();
    Path snapshot = null;
    if (header.hasSnapshot()) {
      snapshot(header.getSnapshot().getLength(), file);
      snapshot = file;
    }
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < header.getRecords(); i++) {
      records.add(bytes(length(MOST_RECORD_BYTES)));
    }
    if (remaining != 0) {
      throw new DamagedPieceException("it is longer than it says");
    }
    byte[] sum = digesting.getMessageDigest().digest();
    digesting.on(false);
    byte[] expected = in.readNBytes(Piece.DIGEST_BYTES);
    if (!MessageDigest.isEqual(sum, expected) || in.read() >= 0) {
      throw new DamagedPieceException("its digest is not that of its bytes");
    }
    return new Content(header, ByteString.copyFrom(sum), snapshot, parsed(records));
  }

  private static List<JournalRecord> parsed(List<byte[]> records) throws DamagedPieceException {
    List<JournalRecord> parsed = new ArrayList<>(records.size());
    for (byte[] record : records) {
      try {
        parsed.add(JournalRecord.parseFrom(record));
      } catch (InvalidProtocolBufferException e) {
        throw new DamagedPieceException("a record of it cannot be understood");
      }
    }
    return parsed;
  }

  private PieceHeader header() throws IOException, DamagedPieceException {
    byte[] head = bytes(8);
    java.nio.ByteBuffer fields = java.nio.ByteBuffer.wrap(head);
    if (fields.getInt() != Piece.MAGIC) {
      throw new DamagedPieceException("it is no piece of a mirror");
    }
    int format = fields.getInt();
    if (format != Piece.FORMAT) {
      throw new DamagedPieceException("format " + format + ", which this version does not know");
    }
    try {
      return PieceHeader.parseFrom(bytes(length(MOST_HEADER_BYTES)));
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedPieceException("its header cannot be understood");
    }
  }

  private int length(int most) throws IOException, DamagedPieceException {
    int length = java.nio.ByteBuffer.wrap(bytes(Integer.BYTES)).getInt();
    if (length < 0 || length > most) {
      throw new DamagedPieceException("a part of " + length + " bytes");
    }
    return length;
  }

  private byte[] bytes(int length) throws IOException, DamagedPieceException {
    take(length);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private void take(long length) throws DamagedPieceException {
    if (length < 0 || length > remaining) {
      throw new DamagedPieceException("it is cut off");
    }
    remaining -= length;
  }

  private void snapshot(long length, Path file) throws IOException, DamagedPieceException {
    take(length);
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[STEP];
      for (long left = length; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new EOFException();
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }
  }
}

package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.runtime.proto.PieceHeader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a mirrored journal, all numbers big-endian:
 *
 * <pre>
 *    0  "BLJP"
 *    4  format, 1
 *    8  length of the header
 *   12  PieceHeader
 *       a snapshot file, if the header names one, as long as it says
 *       the records: each its length in 4 bytes, and a JournalRecord
 *  end  SHA-256 of all bytes before: the piece's digest
 * </pre>
 *
 * The next piece's header names this one's digest. The same piece writes the same bytes whenever it
 * is asked to.
 */
final class Piece {
  static final int MAGIC = 0x424C4A50;
  static final int FORMAT = 1;
  static final int DIGEST_BYTES = 32;

  private final PieceHeader header;
  private final @Nullable SnapshotImage snapshot;
  private final List<ByteString> records;
  private @Nullable ByteString digest;

  Piece(PieceHeader header, @Nullable SnapshotImage snapshot, List<ByteString> records) {
    this.header = header;
    this.snapshot = snapshot;
    this.records = records;
  }

  PieceHeader header() {
    return header;
  }

  void writeTo(OutputStream out) throws IOException {
    DigestOutputStream digesting = new DigestOutputStream(out, sha256());
    DataOutputStream data = new DataOutputStream(digesting);
    byte[] head = header.toByteArray();
    data.writeInt(MAGIC);
    data.writeInt(FORMAT);
    data.writeInt(head.length);
    data.write(head);
    if (snapshot != null) {
      try (InputStream bytes = snapshot.bytes()) {
        bytes.transferTo(data);
      }
    }
    for (ByteString record : records) {
      data.writeInt(record.size());
      record.writeTo(data);
    }
    data.flush();
    byte[] sum = digesting.getMessageDigest().digest();
    out.write(sum);
    digest = ByteString.copyFrom(sum);
  }

  ByteString digest() throws IOException {
    ByteString known = digest;
    if (known == null) {
      writeTo(OutputStream.nullOutputStream());
      known = java.util.Objects.requireNonNull(digest);
    }
    return known;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}

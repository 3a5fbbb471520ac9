package dev.belay.storage.format;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StoredChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Writes an object front to back: the header, chunks as they come, the manifest, the footer. For
 * one thread. Does not close the stream.
 */
public final class ObjectWriter {
  private final OutputStream out;
  private final byte[] header;
  private long position;

  /** Writes the header. */
  public ObjectWriter(OutputStream out, ObjectKind kind) throws IOException {
    this.out = out;
    this.header = Layout.header(kind);
    write(header);
  }

  /** Writes a chunk; returns what the manifest must say of it. */
  public StoredChunk append(PackedChunk chunk) throws IOException {
    long offset = position;
    write(chunk.frame());
    return chunk.description().toBuilder().setObject(0).setOffset(offset).build();
  }

  /** The number of bytes written. */
  public long length() {
    return position;
  }

  /** Writes the rest. All chunks must be in the manifest. */
  public Sealed finish(ObjectManifest manifest) throws IOException {
    byte[] bytes = manifest.toByteArray();
    if (bytes.length > Layout.MAX_MANIFEST) {
      throw new IllegalStateException("a manifest of " + bytes.length + " bytes");
    }
    long offset = position;
    write(bytes);
    write(Layout.footer(offset, bytes.length));
    MessageDigest digest = Digests.sha256();
    digest.update(header);
    return new Sealed(position, ByteString.copyFrom(digest.digest(bytes)));
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  /**
   * What identifies the object: its length, and SHA-256 over the header and the manifest, which
   * holds the digests of all chunks.
   */
  public record Sealed(long length, ByteString digest) {}
}

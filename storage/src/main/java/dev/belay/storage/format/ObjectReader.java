package dev.belay.storage.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.security.MessageDigest;
import java.util.List;

/**
 * An object whose header, manifest and footer have been read and found to be those that a reference
 * names. From there on every chunk is verified against the manifest. Immutable; safe for use by
 * many threads.
 */
public final class ObjectReader {
  private final ObjectStore store;
  private final ObjectRef reference;
  private final ObjectManifest manifest;
  private final ObjectKind kind;

  private ObjectReader(
      ObjectStore store, ObjectKind kind, ObjectRef reference, ObjectManifest manifest) {
    this.store = store;
    this.kind = kind;
    this.reference = reference;
    this.manifest = manifest;
  }

  /**
   * Reads all but the chunks.
   *
   * @throws StoreException CORRUPT if it is another object than the one referred to
   */
  public static ObjectReader open(ObjectStore store, ObjectRef reference, ObjectKind kind)
      throws StoreException {
    long length = reference.getLength();
    if (length < Layout.HEADER + Layout.FOOTER) {
      throw Reading.named(kind, reference.getKey(), corrupt("it cannot have " + length + " bytes"));
    }
    try {
      byte[] header = Reading.range(store, reference.getKey(), 0, Layout.HEADER);
      Layout.checkHeader(header, kind);
      byte[] tail = Reading.tail(store, reference.getKey(), length);
      byte[] bytes = manifestBytes(store, reference, tail);
      checkDigest(reference, header, bytes);
      ObjectManifest manifest = parse(bytes);
      ManifestCheck.check(manifest, Layout.HEADER, length - Layout.FOOTER - bytes.length);
      return new ObjectReader(store, kind, reference, manifest);
    } catch (StoreException e) {
      throw Reading.named(kind, reference.getKey(), e);
    }
  }

  public ObjectManifest manifest() {
    return manifest;
  }

  public ObjectRef reference() {
    return reference;
  }

  ChunkStream stored(List<StoredChunk> chunks) {
    return new ChunkStream(store, reference.getKey(), manifest.getReferencesList(), chunks);
  }

  /**
   * The bytes of a section, chunk by chunk, each verified before it is given out, and those after
   * it read and decompressed ahead.
   */
  public VerifiedChunks read(StoredSection section) {
    return new VerifiedChunks(this, section.getChunksList());
  }

  /** Whether every byte is as it was written; false if not. */
  boolean isWhole() throws StoreException {
    for (StoredSection section : manifest.getSectionsList()) {
      try (VerifiedChunks chunks = read(section)) {
        while (chunks.next() != null) {
          // Verified, which is all that is asked.
        }
      } catch (StoreException e) {
        if (e.kind() == Kind.CORRUPT || e.kind() == Kind.MISSING) {
          return false;
        }
        throw e;
      }
    }
    return true;
  }

  StoreException named(StoreException e) {
    return Reading.named(kind, reference.getKey(), e);
  }

  private static byte[] manifestBytes(ObjectStore store, ObjectRef reference, byte[] tail)
      throws StoreException {
    long length = reference.getLength();
    byte[] footer = Reading.last(tail, tail.length, Layout.FOOTER);
    long offset = Layout.manifestOffset(footer, length);
    int manifestLength = (int) (length - Layout.FOOTER - offset);
    int inTail = tail.length - Layout.FOOTER;
    return manifestLength <= inTail
        ? Reading.last(tail, inTail, manifestLength)
        : Reading.range(store, reference.getKey(), offset, manifestLength);
  }

  private static void checkDigest(ObjectRef reference, byte[] header, byte[] manifest)
      throws StoreException {
    MessageDigest digest = Digests.sha256();
    digest.update(header);
    if (!reference.getDigest().equals(ByteString.copyFrom(digest.digest(manifest)))) {
      throw corrupt("it is not the one that was recorded (its digest differs)");
    }
  }

  private static ObjectManifest parse(byte[] bytes) throws StoreException {
    try {
      return ObjectManifest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(Kind.CORRUPT, "its manifest is malformed", e);
    }
  }

  private static StoreException corrupt(String message) {
    return new StoreException(Kind.CORRUPT, message);
  }
}

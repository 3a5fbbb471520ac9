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
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/**
 * An object whose header, manifest and footer have been read and found to be those that a reference
 * names. From there on every chunk is verified against the manifest. Immutable; safe for use by
 * many threads.
 */
public final class ObjectReader {
  /** Of what is read beside checkpoints. */
  private static final long AHEAD = 8L << 20;

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

  /** One of an object that this process has written itself: nothing is read. */
  public static ObjectReader written(
      ObjectStore store, ObjectRef reference, ObjectKind kind, ObjectManifest manifest) {
    return new ObjectReader(store, kind, reference, manifest);
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
      long chunksEnd = length - Layout.FOOTER - bytes.length;
      new ManifestCheck(reference.getKey(), manifest).check(Layout.HEADER, chunksEnd);
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

  /**
   * The bytes of a section, chunk by chunk, each verified before it is given out, and those after
   * it read and decompressed ahead.
   */
  public VerifiedChunks read(StoredSection section) {
    return read(section, ForkJoinPool.commonPool(), new InFlight(AHEAD));
  }

  /**
   * As {@link #read(StoredSection)}.
   *
   * @param executor reads ahead
   * @param inFlight bounds how far
   */
  public VerifiedChunks read(StoredSection section, Executor executor, InFlight inFlight) {
    return new VerifiedChunks(this, section.getChunksList(), executor, inFlight);
  }

  /** The verified frame of a chunk, as it is stored. */
  public PackedChunk frame(StoredChunk chunk) throws StoreException {
    try {
      PackedChunk frame = frames(List.of(chunk)).get(0);
      byte[] unused = frame.unpack();
      return frame;
    } catch (StoreException e) {
      throw named(e);
    }
  }

  /** The frames of chunks that lie side by side in one object. Not verified. */
  List<PackedChunk> frames(List<StoredChunk> chunks) throws StoreException {
    StoredChunk first = chunks.get(0);
    int length = 0;
    for (StoredChunk chunk : chunks) {
      length += chunk.getStoredLength();
    }
    List<PackedChunk> frames = new ArrayList<>(chunks.size());
    try (InputStream in = store.open(key(first), first.getOffset(), length)) {
      for (StoredChunk chunk : chunks) {
        frames.add(new PackedChunk(Reading.exactly(in, chunk.getStoredLength()), chunk));
      }
      return frames;
    } catch (IOException e) {
      throw Reading.failed(e);
    }
  }

  /** Of the object that a chunk lies in. */
  private String key(StoredChunk chunk) {
    int object = chunk.getObject();
    return object == 0 ? reference.getKey() : manifest.getReferences(object - 1);
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

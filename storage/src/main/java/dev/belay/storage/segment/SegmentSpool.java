package dev.belay.storage.segment;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.SegmentIdentity;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.format.SpooledObject;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A segment being written: compressed as it comes, held on the side, and put once it is whole. For
 * one thread.
 *
 * <pre>{@code
 * try (SegmentSpool spool = new SegmentSpool(scratch)) {
 *   spool.write(bytes);
 *   ObjectRef object = spool.storeAs(store, key); // durable; again under another key if it fails
 * } // without storeAs: discarded, and nothing in the store
 * }</pre>
 */
public final class SegmentSpool extends OutputStream {
  private static final String CONTENT = "content";

  private final StoredSection.Builder section = StoredSection.newBuilder().setName(CONTENT);
  private final SpooledObject object;
  private byte[] chunk = new byte[8 << 10];
  private int used;
  private long bytes;
  private boolean finished;

  /**
   * An empty segment.
   *
   * @param scratch a directory for what does not stay in memory; made when it is needed
   */
  public SegmentSpool(Path scratch) {
    this.object = new SpooledObject(scratch, ObjectKind.SEGMENT, section::addChunks);
  }

  @Override
  public void write(int b) throws StoreException {
    if (used == chunk.length || finished) {
      makeRoom();
    }
    chunk[used++] = (byte) b;
  }

  @Override
  public void write(byte[] from, int offset, int length) throws StoreException {
    Objects.checkFromIndexSize(offset, length, from.length);
    int at = offset;
    for (int left = length; left > 0; ) {
      if (used == chunk.length || finished) {
        makeRoom();
      }
      int count = Math.min(left, chunk.length - used);
      System.arraycopy(from, at, chunk, used, count);
      used += count;
      at += count;
      left -= count;
    }
  }

  /** The number of bytes written. */
  public long length() {
    return bytes + used;
  }

  /**
   * Ends the segment and puts it; durable when this returns. May be called again, under another
   * key, should it fail.
   */
  public ObjectRef storeAs(ObjectStore store, String key) throws StoreException {
    if (!finished) {
      finish();
    }
    return object.storeAs(store, key);
  }

  /** Forgets what was not stored. */
  @Override
  public void close() throws StoreException {
    finished = true;
    object.close();
  }

  private void finish() throws StoreException {
    if (used > 0) {
      cut();
    }
    object.flush();
    finished = true;
    object.finish(
        ObjectManifest.newBuilder()
            .addSections(section)
            .setSegment(SegmentIdentity.newBuilder().setBytes(bytes))
            .build());
  }

  private void makeRoom() throws StoreException {
    if (finished) {
      throw new IllegalStateException("the segment has been stored or closed");
    }
    if (chunk.length < PackedChunk.MAX_RAW) {
      chunk = Arrays.copyOf(chunk, Math.min(4 * chunk.length, PackedChunk.MAX_RAW));
    } else {
      cut();
      chunk = new byte[PackedChunk.MAX_RAW];
    }
  }

  private void cut() throws StoreException {
    object.add(chunk, used);
    bytes += used;
    used = 0;
  }
}

package dev.belay.storage.segment;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.SectionInput;
import java.io.FilterInputStream;

/**
 * The content of a segment; no byte is given out before it was found to be the one that was
 * written. For one thread.
 */
public final class SegmentInput extends FilterInputStream {
  private final long length;

  private SegmentInput(SectionInput content, long length) {
    super(content);
    this.length = length;
  }

  /**
   * Opens the segment that a reference names.
   *
   * @throws StoreException CORRUPT if it is another, MISSING if there is none
   */
  public static SegmentInput open(ObjectStore store, ObjectRef reference) throws StoreException {
    ObjectReader reader = ObjectReader.open(store, reference, ObjectKind.SEGMENT);
    if (reader.manifest().getSectionsCount() != 1) {
      throw new StoreException(
          Kind.CORRUPT, "segment " + reference.getKey() + " is unusable: its manifest is empty");
    }
    return new SegmentInput(
        new SectionInput(reader.read(reader.manifest().getSections(0))),
        reader.manifest().getSegment().getBytes());
  }

  /** The number of bytes in all. */
  public long length() {
    return length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}

package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.VerifiedChunks;
import java.util.function.LongConsumer;

/** Reads objects to the last byte, only to know that they are whole. */
public final class Verifying {
  private Verifying() {}

  /**
   * A plan or a segment.
   *
   * @param read is told how many stored bytes were read, again and again
   * @throws StoreException CORRUPT or MISSING: it is unusable
   */
  public static void object(
      ObjectStore store, ObjectRef reference, ObjectKind kind, LongConsumer read)
      throws StoreException {
    ObjectReader reader = ObjectReader.open(store, reference, kind);
    for (StoredSection section : reader.manifest().getSectionsList()) {
      section(reader, section, read);
    }
  }

  static void section(ObjectReader reader, StoredSection section, LongConsumer read)
      throws StoreException {
    int index = 0;
    try (VerifiedChunks chunks = reader.read(section)) {
      while (chunks.next() != null) {
        read.accept(section.getChunks(index++).getStoredLength());
      }
    }
  }
}

package dev.belay.storage.format;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.Keys;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;

/**
 * Whether a manifest makes sense: no length beyond the format's limits, and the object's own chunks
 * cover it without a gap, so that no byte of it goes unverified.
 */
final class ManifestCheck {
  private ManifestCheck() {}

  static void check(ObjectManifest manifest, long chunksStart, long chunksEnd)
      throws StoreException {
    for (String key : manifest.getReferencesList()) {
      require(Keys.isKey(key));
    }
    long own = chunksStart;
    for (StoredSection section : manifest.getSectionsList()) {
      for (StoredChunk chunk : section.getChunksList()) {
        checkChunk(chunk, manifest.getReferencesCount());
        if (chunk.getObject() == 0) {
          require(chunk.getOffset() == own);
          own += chunk.getStoredLength();
        }
      }
    }
    require(own == chunksEnd);
  }

  private static void checkChunk(StoredChunk chunk, int references) throws StoreException {
    require(chunk.getRawLength() > 0 && chunk.getRawLength() <= Lz4Frame.MAX_RAW);
    require(chunk.getStoredLength() > 0 && chunk.getStoredLength() <= Lz4Frame.MAX_STORED);
    require(chunk.getOffset() >= Layout.HEADER);
    require(chunk.getObject() >= 0 && chunk.getObject() <= references);
    require(chunk.getRawDigest().size() == Digests.LENGTH);
  }

  private static void require(boolean condition) throws StoreException {
    if (!condition) {
      throw new StoreException(Kind.CORRUPT, "its manifest contradicts itself");
    }
  }
}

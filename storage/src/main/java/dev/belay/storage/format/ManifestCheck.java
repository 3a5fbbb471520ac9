package dev.belay.storage.format;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.Keys;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a manifest makes sense: no length beyond the format's limits, no object that it refers to
 * twice or that is itself, and the object's own chunks cover it without a gap, so that no byte of
 * it goes unverified.
 */
final class ManifestCheck {
  private final String key;
  private final ObjectManifest manifest;

  ManifestCheck(String key, ObjectManifest manifest) {
    this.key = key;
    this.manifest = manifest;
  }

  void check(long chunksStart, long chunksEnd) throws StoreException {
    checkReferences();
    List<StoredChunk> own = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (StoredSection section : manifest.getSectionsList()) {
      require(names.add(section.getName()));
      for (StoredChunk chunk : section.getChunksList()) {
        checkChunk(chunk);
        if (chunk.getObject() == 0) {
          own.add(chunk);
        }
      }
    }
    checkCover(own, chunksStart, chunksEnd);
  }

  private void checkReferences() throws StoreException {
    int count = manifest.getReferencesCount();
    require(count < Layout.MAX_OBJECTS && manifest.getReferenceLengthsCount() == count);
    Set<String> keys = new HashSet<>(Set.of(key));
    for (String reference : manifest.getReferencesList()) {
      require(Keys.isKey(reference) && keys.add(reference));
    }
  }

  /** The same bytes may be there once and meant twice. */
  private static void checkCover(List<StoredChunk> own, long start, long end)
      throws StoreException {
    own.sort(Comparator.comparingLong(StoredChunk::getOffset));
    long covered = start;
    StoredChunk last = StoredChunk.getDefaultInstance();
    for (StoredChunk chunk : own) {
      if (chunk.getOffset() != last.getOffset()) {
        require(chunk.getOffset() == covered);
        covered += chunk.getStoredLength();
        last = chunk;
      } else {
        require(chunk.equals(last));
      }
    }
    require(covered == end);
  }

  private void checkChunk(StoredChunk chunk) throws StoreException {
    require(chunk.getRawLength() > 0 && chunk.getRawLength() <= Lz4Frame.MAX_RAW);
    require(chunk.getStoredLength() > 0 && chunk.getStoredLength() <= Lz4Frame.MAX_STORED);
    require(chunk.getRawDigest().size() == Digests.LENGTH);
    int object = chunk.getObject();
    require(object >= 0 && object <= manifest.getReferencesCount());
    require(chunk.getOffset() >= Layout.HEADER);
    if (object > 0) {
      long length = manifest.getReferenceLengths(object - 1);
      require(chunk.getOffset() <= length - Layout.FOOTER - chunk.getStoredLength());
    }
  }

  private static void require(boolean condition) throws StoreException {
    if (!condition) {
      throw new StoreException(Kind.CORRUPT, "its manifest contradicts itself");
    }
  }
}

package dev.belay.storage.plan;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PlanIndex;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.VerifiedChunks;
import dev.belay.storage.state.EncodedState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a job, read one at a time: an opened plan holds the index (some 60 bytes for each
 * 64 KiB of splits), and reads the chunk that a split lies in; the one read last is remembered,
 * since who asks for one split asks for its neighbours. Safe for use by many threads.
 */
public final class PlanFile {
  private final ObjectReader reader;
  private final StoredSection section;
  private final List<Integer> firstSplits;
  private final int splits;
  private volatile @Nullable Chunk last;

  /** A verified chunk, and where in it each split begins. */
  private record Chunk(int number, byte[] bytes, List<Integer> starts) {}

  private PlanFile(ObjectReader reader, StoredSection section, PlanIndex index) {
    this.reader = reader;
    this.section = section;
    this.firstSplits = index.getFirstSplitsList();
    this.splits = index.getSplits();
  }

  /**
   * Opens the plan that a reference names.
   *
   * @throws StoreException CORRUPT if it is another, MISSING if there is none
   */
  public static PlanFile open(ObjectStore store, ObjectRef reference) throws StoreException {
    ObjectReader reader = ObjectReader.open(store, reference, ObjectKind.PLAN);
    ObjectManifest manifest = reader.manifest();
    if (manifest.getSectionsCount() != 1 || !isConsistent(manifest)) {
      throw corrupt(reference, "its index contradicts itself");
    }
    return new PlanFile(reader, manifest.getSections(0), manifest.getPlan());
  }

  /** How many there are. */
  public int splits() {
    return splits;
  }

  /**
   * Reads a split.
   *
   * @throws IllegalArgumentException if there is none of this index
   */
  public EncodedState split(int index) throws StoreException {
    if (index < 0 || index >= splits) {
      throw new IllegalArgumentException("split " + index + " of " + splits);
    }
    int found = Collections.binarySearch(firstSplits, index);
    int number = found >= 0 ? found : -found - 2;
    Chunk chunk = last;
    if (chunk == null || chunk.number != number) {
      chunk = chunk(number);
      last = chunk;
    }
    return entry(chunk, index - firstSplits.get(number));
  }

  private Chunk chunk(int number) throws StoreException {
    byte[] bytes = bytes(number);
    List<Integer> starts = new ArrayList<>();
    ByteBuffer entries = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (entries.remaining() >= PlanSpool.ENTRY_HEADER) {
      starts.add(entries.position());
      int table = entries.getInt();
      int length = entries.getInt();
      if (length < 0
          || length > entries.remaining()
          || table < 0
          || table >= reader.manifest().getTypesCount()) {
        throw corrupt(reader.reference(), "a split has an impossible header");
      }
      entries.position(entries.position() + length);
    }
    return new Chunk(number, bytes, List.copyOf(starts));
  }

  private byte[] bytes(int chunk) throws StoreException {
    StoredSection one = StoredSection.newBuilder().addChunks(section.getChunks(chunk)).build();
    try (VerifiedChunks chunks = reader.read(one)) {
      byte[] bytes = chunks.next();
      if (bytes == null) {
        throw corrupt(reader.reference(), "a chunk is empty");
      }
      return bytes;
    }
  }

  private EncodedState entry(Chunk chunk, int inChunk) throws StoreException {
    if (inChunk >= chunk.starts.size()) {
      throw corrupt(reader.reference(), "a split is not where its index says");
    }
    ByteBuffer entry = ByteBuffer.wrap(chunk.bytes).order(ByteOrder.LITTLE_ENDIAN);
    entry.position(chunk.starts.get(inChunk));
    int table = entry.getInt();
    byte[] split = new byte[entry.getInt()];
    entry.get(split);
    return new EncodedState(reader.manifest().getTypes(table), split);
  }

  private static boolean isConsistent(ObjectManifest manifest) {
    PlanIndex index = manifest.getPlan();
    int last = -1;
    for (int first : index.getFirstSplitsList()) {
      if (first <= last) {
        return false;
      }
      last = first;
    }
    int count = index.getFirstSplitsCount();
    return count == manifest.getSections(0).getChunksCount()
        && index.getSplits() > last
        && (count == 0 ? index.getSplits() == 0 : index.getFirstSplits(0) == 0);
  }

  private static StoreException corrupt(ObjectRef reference, String why) {
    return new StoreException(Kind.CORRUPT, "plan " + reference.getKey() + " is unusable: " + why);
  }
}

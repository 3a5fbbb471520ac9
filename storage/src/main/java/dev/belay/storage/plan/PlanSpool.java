package dev.belay.storage.plan;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PlanIndex;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.format.SpooledObject;
import dev.belay.storage.state.EncodedState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A plan being written: splits are added one by one, and are not kept in memory. For one thread;
 * used as {@link dev.belay.storage.segment.SegmentSpool} is.
 */
public final class PlanSpool implements AutoCloseable {
  static final String SPLITS = "splits";

  /** Before each split: which table it is encoded with, and its length. */
  static final int ENTRY_HEADER = 8;

  /** A chunk is full from here on: small, since a reader of one split reads its whole chunk. */
  private static final int CHUNK = 64 << 10;

  /** The most bytes in a split. */
  public static final int MAX_SPLIT = PackedChunk.MAX_RAW - CHUNK - ENTRY_HEADER;

  private final StoredSection.Builder section = StoredSection.newBuilder().setName(SPLITS);
  private final PlanIndex.Builder index = PlanIndex.newBuilder();
  private final Map<StateTypes, Integer> types = new LinkedHashMap<>();
  private final SpooledObject object;
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private int splits;
  private boolean finished;

  /**
   * An empty plan.
   *
   * @param scratch a directory for what does not stay in memory; made when it is needed
   */
  public PlanSpool(Path scratch) {
    this.object = new SpooledObject(scratch, ObjectKind.PLAN, section::addChunks);
  }

  /**
   * Adds the next split.
   *
   * @throws IllegalArgumentException if it has more than {@link #MAX_SPLIT} bytes
   */
  public void add(EncodedState split) throws StoreException {
    if (finished) {
      throw new IllegalStateException("the plan has been stored or closed");
    }
    if (split.length() > MAX_SPLIT) {
      throw new IllegalArgumentException(
          "split "
              + splits
              + " has "
              + split.length()
              + " bytes, and at most "
              + MAX_SPLIT
              + " are allowed: let it say where the work is, not what it is");
    }
    if (chunk.size() == 0) {
      index.addFirstSplits(splits);
    }
    Integer table = types.get(split.types());
    if (table == null) {
      table = types.size();
      types.put(split.types(), table);
    }
    ByteBuffer header = ByteBuffer.allocate(ENTRY_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    chunk.writeBytes(header.putInt(table).putInt(split.length()).array());
    chunk.writeBytes(split.bytes());
    splits++;
    if (chunk.size() >= CHUNK) {
      cut();
    }
  }

  /** How many were added. */
  public int splits() {
    return splits;
  }

  /**
   * Ends the plan and puts it; durable when this returns. May be called again, under another key,
   * should it fail.
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
    if (chunk.size() > 0) {
      cut();
    }
    object.flush();
    finished = true;
    object.finish(
        ObjectManifest.newBuilder()
            .addSections(section)
            .addAllTypes(types.keySet())
            .setPlan(index.setSplits(splits))
            .build());
  }

  private void cut() throws StoreException {
    object.add(chunk.toByteArray(), chunk.size());
    chunk.reset();
  }
}

package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.runtime.proto.TaskId;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.Ahead;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.ObjectWriter;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.format.VerifiedChunks;
import dev.belay.storage.state.EncodedState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Writes a checkpoint as one object, and reads back exactly the one that was recorded, or fails. A
 * checkpoint that was written means nothing until the journal names it. Compresses on as many cores
 * as there are, with a few chunks beside the state in memory. Safe for use by many threads.
 */
public final class CheckpointStore {
  private static final String STATE = "state";

  private final ObjectStore store;
  private final Executor executor;

  /** Works on the JVM's common pool. */
  public CheckpointStore(ObjectStore store) {
    this(store, ForkJoinPool.commonPool());
  }

  /** Compresses on the threads of an executor. */
  public CheckpointStore(ObjectStore store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  /**
   * Stores a state; durable when this returns.
   *
   * @param key one that was never used before, not even by a try that failed
   * @param task whose state it is
   * @param identity of the checkpoint: sequence, epoch, progress, segments, time; what says where
   *     and how large it is, is filled in here
   * @return the checkpoint, to be reported
   */
  public Checkpoint write(String key, TaskId task, Checkpoint identity, EncodedState state)
      throws StoreException {
    Checkpoint own =
        identity.toBuilder()
            .clearObject()
            .clearStoredBytes()
            .clearReferences()
            .setBytes(state.length())
            .build();
    Body body = new Body(CheckpointIdentity.newBuilder().setTask(task).setCheckpoint(own), state);
    store.put(key, body);
    ObjectWriter.Sealed sealed = body.sealed();
    ObjectRef reference =
        ObjectRef.newBuilder()
            .setKey(key)
            .setLength(sealed.length())
            .setDigest(sealed.digest())
            .build();
    return own.toBuilder()
        .setObject(reference)
        .setStoredBytes(sealed.length())
        .addReferences(key)
        .build();
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @throws StoreException CORRUPT if what lies there is not the checkpoint that was recorded,
   *     MISSING if nothing does
   */
  public EncodedState read(Checkpoint wanted) throws StoreException {
    ObjectReader reader = ObjectReader.open(store, wanted.getObject(), ObjectKind.CHECKPOINT);
    ObjectManifest manifest = reader.manifest();
    Checkpoint found = manifest.getCheckpoint().getCheckpoint();
    if (found.getSequence() != wanted.getSequence()
        || !found.getEpoch().equals(wanted.getEpoch())
        || manifest.getTypesCount() != 1
        || manifest.getSectionsCount() != 1
        || !manifest.getSections(0).getName().equals(STATE)) {
      throw corrupt(wanted, "it is another checkpoint than the one recorded");
    }
    List<byte[]> chunks = new ArrayList<>();
    long length = 0;
    try (VerifiedChunks verified = reader.read(manifest.getSections(0))) {
      for (byte[] chunk = verified.next(); chunk != null; chunk = verified.next()) {
        chunks.add(chunk);
        length += chunk.length;
      }
    }
    if (length != found.getBytes()) {
      throw corrupt(wanted, "its state has another length than its manifest says");
    }
    return new EncodedState(manifest.getTypes(0), chunks);
  }

  private static StoreException corrupt(Checkpoint wanted, String why) {
    return new StoreException(
        Kind.CORRUPT, "checkpoint " + wanted.getObject().getKey() + " is unusable: " + why);
  }

  /** Writes the object, the same bytes each time. */
  private final class Body implements ObjectStore.Body {
    private final CheckpointIdentity.Builder identity;
    private final EncodedState state;
    private ObjectWriter.@Nullable Sealed sealed;

    Body(CheckpointIdentity.Builder identity, EncodedState state) {
      this.identity = identity;
      this.state = state;
    }

    ObjectWriter.Sealed sealed() {
      ObjectWriter.Sealed done = sealed;
      if (done == null) {
        throw new IllegalStateException("the store did not write the object");
      }
      return done;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      ObjectWriter writer = new ObjectWriter(out, ObjectKind.CHECKPOINT);
      Ahead<PackedChunk> packing = new Ahead<>(executor);
      StoredSection.Builder section = StoredSection.newBuilder().setName(STATE);
      for (byte[] chunk : state.chunks()) {
        if (packing.full()) {
          section.addChunks(writer.append(packing.take()));
        }
        packing.add(() -> PackedChunk.pack(chunk, 0, chunk.length));
      }
      while (!packing.isEmpty()) {
        section.addChunks(writer.append(packing.take()));
      }
      sealed =
          writer.finish(
              ObjectManifest.newBuilder()
                  .addSections(section)
                  .addTypes(state.types())
                  .setCheckpoint(identity)
                  .build());
    }
  }
}

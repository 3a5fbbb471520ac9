package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.Unrecorded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A checkpoint to be looked at, proved whole or copied, without the job's code: what it is made of,
 * and where that lies. Its header and manifest are verified when this is made; nothing else is yet.
 * Immutable; safe for use by many threads.
 */
public final class CheckpointContents {
  private final ObjectReader reader;
  private final ObjectManifest manifest;

  private CheckpointContents(ObjectReader reader) {
    this.reader = reader;
    this.manifest = reader.manifest();
  }

  /**
   * The one that a journal has recorded.
   *
   * @throws StoreException CORRUPT if what lies there is another one, MISSING if nothing does
   */
  public static CheckpointContents open(ObjectStore store, Checkpoint recorded)
      throws StoreException {
    CheckpointContents found =
        new CheckpointContents(
            ObjectReader.open(store, recorded.getObject(), ObjectKind.CHECKPOINT));
    Checkpoint own = found.identity().getCheckpoint();
    if (own.getSequence() != recorded.getSequence()
        || !own.getEpoch().equals(recorded.getEpoch())) {
      throw new StoreException(
          Kind.CORRUPT,
          "checkpoint "
              + recorded.getObject().getKey()
              + " is unusable: it is another checkpoint than the one recorded");
    }
    return found;
  }

  /**
   * One in a file of its own, as {@link SelfContained} writes it; what it says of itself is
   * believed.
   */
  public static CheckpointContents inFile(Path file) throws StoreException {
    SingleFile store = new SingleFile(file);
    ObjectRef reference =
        Unrecorded.reference(store, file.toString(), store.length(), ObjectKind.CHECKPOINT);
    return new CheckpointContents(ObjectReader.open(store, reference, ObjectKind.CHECKPOINT));
  }

  /** Whose it is, and what it says of itself. */
  public CheckpointIdentity identity() {
    return manifest.getCheckpoint();
  }

  /** Where its manifest lies. */
  public ObjectRef object() {
    return reader.reference();
  }

  /**
   * What of it lies in one object.
   *
   * @param bytes as stored
   */
  public record Share(String key, int chunks, long bytes) {}

  /** By object, its own first, then the older ones that it reuses. */
  public List<Share> shares() {
    Map<String, Share> shares = new LinkedHashMap<>();
    String own = reader.reference().getKey();
    shares.put(own, new Share(own, 0, 0));
    Set<Place> places = new HashSet<>();
    for (StoredSection section : manifest.getSectionsList()) {
      for (StoredChunk chunk : section.getChunksList()) {
        // The same bytes may be there once and meant twice.
        if (places.add(placeOf(chunk))) {
          shares.merge(
              keyOf(chunk),
              new Share(keyOf(chunk), 1, chunk.getStoredLength()),
              (one, more) -> new Share(one.key(), one.chunks() + 1, one.bytes() + more.bytes()));
        }
      }
    }
    return List.copyOf(shares.values());
  }

  /**
   * A named part of its state.
   *
   * @param bytes before compression
   */
  public record Part(String name, int chunks, long bytes) {}

  public List<Part> parts() {
    return manifest.getSectionsList().stream()
        .map(
            section ->
                new Part(
                    section.getName(),
                    section.getChunksCount(),
                    section.getChunksList().stream().mapToLong(StoredChunk::getRawLength).sum()))
        .toList();
  }

  private String keyOf(StoredChunk chunk) {
    return chunk.getObject() == 0
        ? reader.reference().getKey()
        : manifest.getReferences(chunk.getObject() - 1);
  }

  /** A chunk by where it lies, so that what many checkpoints share need be read once only. */
  public record Place(String key, long offset, long length) {}

  /**
   * Reads all that a restore would, and compares it with what was written.
   *
   * @param done what was found to be whole before, which is not read again; what is now is added
   * @param read is told how many stored bytes, again and again
   * @throws StoreException CORRUPT or MISSING: it is unusable
   */
  public void verify(Set<Place> done, LongConsumer read) throws StoreException {
    for (StoredSection section : manifest.getSectionsList()) {
      List<StoredChunk> wanted = new ArrayList<>();
      Set<Place> asked = new HashSet<>();
      for (StoredChunk chunk : section.getChunksList()) {
        if (!done.contains(placeOf(chunk)) && asked.add(placeOf(chunk))) {
          wanted.add(chunk);
        }
      }
      Verifying.section(
          reader, section.toBuilder().clearChunks().addAllChunks(wanted).build(), read);
      done.addAll(asked);
    }
  }

  private Place placeOf(StoredChunk chunk) {
    return new Place(keyOf(chunk), chunk.getOffset(), chunk.getStoredLength());
  }

  ObjectReader reader() {
    return reader;
  }
}

package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.runtime.proto.TaskId;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.InFlight;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.SectionInput;
import dev.belay.storage.format.VerifiedChunks;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A checkpoint in the store whose manifest has been read and found to be the one recorded. Safe for
 * use by many threads.
 */
public final class StoredCheckpoint {
  private final ObjectReader reader;
  private final Executor executor;
  private final InFlight inFlight;

  StoredCheckpoint(ObjectReader reader, Executor executor, InFlight inFlight) {
    this.reader = reader;
    this.executor = executor;
    this.inFlight = inFlight;
  }

  /**
   * What it is made of.
   *
   * @param chunks in all sections
   * @param reused how many of them lie in other objects
   * @param bytes of all chunks, as they are stored
   * @param reusedBytes of those in other objects
   * @param objects that a restore reads, the own one included
   */
  public record Parts(int chunks, int reused, long bytes, long reusedBytes, int objects) {}

  /** Whose state it is. */
  public TaskId task() {
    return manifest().getCheckpoint().getTask();
  }

  /** What it says of itself: without what is known only once it is stored. */
  public Checkpoint identity() {
    return manifest().getCheckpoint().getCheckpoint();
  }

  /**
   * The table of what ids in an encoded state mean.
   *
   * @param index of those that were added, from 0
   * @throws StoreException CORRUPT if there are not so many
   */
  public StateTypes types(int index) throws StoreException {
    if (index >= manifest().getTypesCount()) {
      throw corrupt("it does not say what the types in its state are");
    }
    return manifest().getTypes(index);
  }

  /** The table of what ids mean in a section that has one of its own. */
  public StateTypes types(String section) throws StoreException {
    return find(section).getTypes();
  }

  /** The names of the sections, in order. */
  public List<String> sections() {
    return manifest().getSectionsList().stream().map(StoredSection::getName).toList();
  }

  /** Whether there is such a section. */
  public boolean has(String section) {
    return sections().contains(section);
  }

  /** The number of bytes of a section, before compression. */
  public long length(String section) throws StoreException {
    return length(find(section));
  }

  /**
   * The bytes of a section, read and verified while they are asked for. Close it.
   *
   * @throws StoreException CORRUPT if there is none of this name
   */
  public InputStream section(String name) throws StoreException {
    return new SectionInput(chunks(find(name)));
  }

  /** What it is made of. */
  public Parts parts() {
    List<StoredChunk> chunks = new ArrayList<>();
    manifest().getSectionsList().forEach(section -> chunks.addAll(section.getChunksList()));
    List<StoredChunk> reused = chunks.stream().filter(chunk -> chunk.getObject() > 0).toList();
    return new Parts(
        chunks.size(),
        reused.size(),
        chunks.stream().mapToLong(StoredChunk::getStoredLength).sum(),
        reused.stream().mapToLong(StoredChunk::getStoredLength).sum(),
        1 + manifest().getReferencesCount());
  }

  /** This checkpoint as the basis of the next. */
  public Basis asBasis() {
    return new Basis(reader);
  }

  /**
   * Reads all of it.
   *
   * @throws StoreException CORRUPT or MISSING if some of it is not as it was written
   */
  public void verify() throws StoreException {
    for (StoredSection section : manifest().getSectionsList()) {
      try (VerifiedChunks chunks = chunks(section)) {
        while (chunks.next() != null) {
          // Verified, which is all that is asked.
        }
      }
    }
  }

  /** Whether what it says of itself is so. */
  boolean isConsistent() {
    long bytes = manifest().getSectionsList().stream().mapToLong(StoredCheckpoint::length).sum();
    return manifest().hasCheckpoint() && bytes == identity().getBytes();
  }

  private VerifiedChunks chunks(StoredSection section) {
    return reader.read(section, executor, inFlight);
  }

  private StoredSection find(String name) throws StoreException {
    return manifest().getSectionsList().stream()
        .filter(section -> section.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> corrupt("it has no section \"" + name + "\""));
  }

  private StoreException corrupt(String why) {
    return new StoreException(
        Kind.CORRUPT, "checkpoint " + reader.reference().getKey() + " is unusable: " + why);
  }

  private ObjectManifest manifest() {
    return reader.manifest();
  }

  private static long length(StoredSection section) {
    return section.getChunksList().stream().mapToLong(StoredChunk::getRawLength).sum();
  }
}

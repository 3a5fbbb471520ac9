package dev.belay.storage.checkpoint;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.PackedChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that the next one of its partition builds on: what it holds need not be written
 * again. It must be one that counts, or the coordinator refuses what refers to it. Immutable; keeps
 * some 200 bytes a chunk in memory.
 */
public final class Basis {
  /** Nothing: the next checkpoint is written whole. */
  public static final Basis NONE = new Basis();

  /** Less than this is written again rather than that a restore has to read one object more. */
  private static final long SMALL = 64 << 10;

  private final @Nullable ObjectReader reader;
  private final Map<ByteString, StoredChunk> chunks = new HashMap<>();
  private final Map<String, StoredSection> sections = new LinkedHashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final boolean small;

  /**
   * An object that some of it lies in.
   *
   * @param length of the whole object
   * @param live how much of it is of this checkpoint
   */
  record Source(String key, long length, long live) {}

  private Basis() {
    this.reader = null;
    this.small = true;
  }

  Basis(ObjectReader reader) {
    this.reader = reader;
    ObjectManifest manifest = reader.manifest();
    long[] live = new long[1 + manifest.getReferencesCount()];
    Set<Place> seen = new HashSet<>();
    for (StoredSection section : manifest.getSectionsList()) {
      sections.put(section.getName(), section);
      for (StoredChunk chunk : section.getChunksList()) {
        chunks.putIfAbsent(chunk.getRawDigest(), chunk);
        if (seen.add(new Place(chunk.getObject(), chunk.getOffset()))) {
          live[chunk.getObject()] += chunk.getStoredLength();
        }
      }
    }
    long all = live[0];
    sources.add(new Source(reader.reference().getKey(), reader.reference().getLength(), live[0]));
    for (int i = 1; i < live.length; i++) {
      String key = manifest.getReferences(i - 1);
      sources.add(new Source(key, manifest.getReferenceLengths(i - 1), live[i]));
      all += live[i];
    }
    small = all < SMALL;
  }

  private record Place(int object, long offset) {}

  /** The names of its sections, in order. */
  public Set<String> sections() {
    return Set.copyOf(sections.keySet());
  }

  /** By the numbers that chunks name them by. */
  List<Source> sources() {
    return sources;
  }

  /** Where bytes of this digest lie. */
  @Nullable StoredChunk find(ByteString digest, int length) {
    StoredChunk found = small ? null : chunks.get(digest);
    return found != null && found.getRawLength() == length ? found : null;
  }

  @Nullable StoredSection section(String name) {
    return sections.get(name);
  }

  /** Reads a chunk of it, and verifies it. */
  PackedChunk frame(StoredChunk chunk) throws StoreException {
    return Objects.requireNonNull(reader).frame(chunk);
  }
}

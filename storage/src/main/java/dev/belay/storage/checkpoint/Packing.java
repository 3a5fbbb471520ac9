package dev.belay.storage.checkpoint;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.Ahead;
import dev.belay.storage.format.Chunker;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectWriter;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.format.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes an object of blocks: cuts them into chunks, packs those that are new on other threads, and
 * writes them to the spool in order. Until the manifest is made, chunks of the basis are numbered
 * by one more than there; 0 is this object. One thread at a time.
 */
final class Packing {
  /** Chunks being packed: small pieces, so more than there are processors, lest one waits. */
  private static final int WINDOW = Math.min(32, 3 * Runtime.getRuntime().availableProcessors());

  private final Basis basis;
  private final BitSet givenUp;
  private final Spool spool;
  private final Chunker chunker = new Chunker();
  private final Ahead<Packed> packing;
  private final List<Section> sections = new ArrayList<>();
  private final Map<ByteString, StoredChunk> own = new HashMap<>();
  private @Nullable ObjectWriter writer;

  /** The beginning of a chunk, from blocks that are gone. */
  private byte[] carried = new byte[0];

  private int carriedLength;
  private volatile boolean abandoned;

  Packing(Basis basis, Spool spool, Executor executor) {
    this.basis = basis;
    this.givenUp = Compaction.givenUp(basis.sources(), 0, Compaction.BEFORE);
    this.spool = spool;
    this.packing = new Ahead<>(executor, WINDOW);
  }

  private static final class Section {
    final String name;
    final List<StoredChunk> chunks = new ArrayList<>();
    @Nullable StateTypes types;

    Section(String name) {
      this.name = name;
    }
  }

  /** A chunk that is ready: one of the basis, or a new one. */
  private record Packed(@Nullable StoredChunk found, @Nullable PackedChunk made) {}

  void begin(String name) throws StoreException {
    end();
    sections.add(new Section(name));
  }

  /** Takes a section of the basis as it is. */
  void reuse(StoredSection section) throws StoreException {
    begin(section.getName());
    if (section.hasTypes()) {
      types(section.getTypes());
    }
    for (StoredChunk chunk : section.getChunksList()) {
      if (givenUp.get(chunk.getObject())) {
        pack(() -> new Packed(null, frame(chunk)));
      } else {
        pack(() -> new Packed(chunk, null));
      }
    }
  }

  /** Of the section that is being written. */
  void types(StateTypes table) {
    sections.get(sections.size() - 1).types = table;
  }

  /** Cuts and packs a block, which is left when all of it has been packed. */
  void add(Block block) throws StoreException {
    try {
      int from = 0;
      while (from < block.length) {
        int end = chunker.next(block.bytes, from, block.length);
        if (end < 0) {
          carry(block.bytes, from, block.length);
          return;
        }
        if (carriedLength > 0) {
          carry(block.bytes, from, end);
          packCarried();
        } else {
          pack(block, from, end);
        }
        from = end;
      }
    } finally {
      block.leave();
    }
  }

  /** Ends the section that is being written; returns once all of it is in the spool. */
  void end() throws StoreException {
    if (carriedLength > 0) {
      packCarried();
    }
    chunker.reset();
    flush();
  }

  /** What has not begun yet need not be done. Any thread. */
  void abandon() {
    abandoned = true;
  }

  private void carry(byte[] bytes, int from, int to) {
    int length = carriedLength + to - from;
    if (length > carried.length) {
      carried = Arrays.copyOf(carried, Math.min(Chunker.MAX, Math.max(length, 2 * carried.length)));
    }
    System.arraycopy(bytes, from, carried, carriedLength, to - from);
    carriedLength = length;
  }

  private void packCarried() throws StoreException {
    byte[] bytes = carried;
    int length = carriedLength;
    carried = new byte[0];
    carriedLength = 0;
    pack(() -> packed(bytes, 0, length));
  }

  private void pack(Block block, int from, int end) throws StoreException {
    block.use();
    pack(
        () -> {
          try {
            return packed(block.bytes, from, end - from);
          } finally {
            block.leave();
          }
        });
  }

  private void pack(Callable<Packed> work) throws StoreException {
    if (packing.full()) {
      addOldest();
    }
    packing.add(work);
  }

  private Packed packed(byte[] raw, int from, int length) throws StoreException {
    checkAbandoned();
    ByteString digest = PackedChunk.digest(raw, from, length);
    StoredChunk found = basis.find(digest, length);
    return found != null && !givenUp.get(found.getObject())
        ? new Packed(found, null)
        : new Packed(null, PackedChunk.pack(raw, from, length, digest));
  }

  private void flush() throws StoreException {
    while (!packing.isEmpty()) {
      addOldest();
    }
  }

  private void addOldest() throws StoreException {
    Packed packed = packing.take();
    StoredChunk found = packed.found();
    PackedChunk made = packed.made();
    if (found != null) {
      add(reference(found));
    } else if (made != null) {
      add(written(made));
    }
  }

  private void add(StoredChunk chunk) {
    sections.get(sections.size() - 1).chunks.add(chunk);
  }

  private static StoredChunk reference(StoredChunk chunk) {
    return chunk.toBuilder().setObject(chunk.getObject() + 1).build();
  }

  private StoredChunk written(PackedChunk chunk) throws StoreException {
    StoredChunk known = own.get(chunk.description().getRawDigest());
    if (known == null) {
      try {
        known = writer().append(chunk);
      } catch (IOException e) {
        throw failed(e);
      }
      own.put(known.getRawDigest(), known);
    }
    return known;
  }

  private ObjectWriter writer() throws IOException {
    ObjectWriter open = writer;
    if (open == null) {
      open = new ObjectWriter(spool, ObjectKind.CHECKPOINT);
      writer = open;
    }
    return open;
  }

  /** The bytes of all sections, before compression. */
  long bytes() {
    return sections.stream()
        .flatMap(section -> section.chunks.stream())
        .mapToLong(StoredChunk::getRawLength)
        .sum();
  }

  /** Ends the object. */
  Sealed seal(List<StateTypes> types, CheckpointIdentity identity) throws StoreException {
    compact();
    ObjectManifest.Builder manifest =
        ObjectManifest.newBuilder().addAllTypes(types).setCheckpoint(identity);
    Map<Integer, Integer> numbers = new HashMap<>();
    for (Section section : sections) {
      StoredSection.Builder stored = StoredSection.newBuilder().setName(section.name);
      StateTypes ownTypes = section.types;
      if (ownTypes != null) {
        stored.setTypes(ownTypes);
      }
      for (StoredChunk chunk : section.chunks) {
        stored.addChunks(renumbered(chunk, numbers, manifest));
      }
      manifest.addSections(stored);
    }
    ObjectManifest whole = manifest.build();
    try {
      return new Sealed(whole, writer().finish(whole));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The whole object. */
  record Sealed(ObjectManifest manifest, ObjectWriter.Sealed object) {}

  private StoredChunk renumbered(
      StoredChunk chunk, Map<Integer, Integer> numbers, ObjectManifest.Builder manifest) {
    if (chunk.getObject() == 0) {
      return chunk;
    }
    Integer number = numbers.get(chunk.getObject());
    if (number == null) {
      Basis.Source source = basis.sources().get(chunk.getObject() - 1);
      manifest.addReferences(source.key()).addReferenceLengths(source.length());
      number = manifest.getReferencesCount();
      numbers.put(chunk.getObject(), number);
    }
    return chunk.toBuilder().setObject(number).build();
  }

  /** Only now is it known how much of the older objects lives on. */
  private void compact() throws StoreException {
    try {
      BitSet late = Compaction.givenUp(stillUsed(), writer().length(), Compaction.AFTER);
      if (late.isEmpty()) {
        return;
      }
      for (Section section : sections) {
        for (int i = 0; i < section.chunks.size(); i++) {
          StoredChunk chunk = section.chunks.get(i);
          if (chunk.getObject() > 0 && late.get(chunk.getObject() - 1)) {
            section.chunks.set(i, copied(chunk));
          }
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PackedChunk frame(StoredChunk chunk) throws StoreException {
    checkAbandoned();
    return basis.frame(chunk);
  }

  private void checkAbandoned() throws StoreException {
    if (abandoned) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the checkpoint was given up");
    }
  }

  private StoredChunk copied(StoredChunk chunk) throws StoreException {
    StoredChunk known = own.get(chunk.getRawDigest());
    return known != null
        ? known
        : written(frame(chunk.toBuilder().setObject(chunk.getObject() - 1).build()));
  }

  private List<Basis.Source> stillUsed() {
    long[] live = new long[basis.sources().size()];
    Set<List<Long>> seen = new HashSet<>();
    for (Section section : sections) {
      for (StoredChunk chunk : section.chunks) {
        int object = chunk.getObject();
        if (object > 0 && seen.add(List.of((long) object, chunk.getOffset()))) {
          live[object - 1] += chunk.getStoredLength();
        }
      }
    }
    List<Basis.Source> used = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      Basis.Source source = basis.sources().get(i);
      used.add(new Basis.Source(source.key(), source.length(), live[i]));
    }
    return used;
  }

  private static StoreException failed(IOException e) {
    return e instanceof StoreException known
        ? known
        : new StoreException(
            StoreException.Kind.UNAVAILABLE, "writing it failed: " + e.getMessage(), e);
  }
}

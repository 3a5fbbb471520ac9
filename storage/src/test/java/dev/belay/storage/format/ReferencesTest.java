package dev.belay.storage.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.DamagingStore;
import dev.belay.storage.file.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object may hold chunks of earlier ones by reference: what did not change is not rewritten. */
class ReferencesTest {
  @TempDir Path directory;
  private ObjectStore store;
  private ObjectRef second;

  /** The second object: a new chunk, the second chunk of the first object, another new one. */
  @BeforeEach
  void write() throws IOException {
    store = new FileStore(directory);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ObjectWriter writer = new ObjectWriter(first, ObjectKind.CHECKPOINT);
    List<StoredChunk> old = List.of(append(writer, "old 0 "), append(writer, "old 1 "));
    writer.finish(manifest(List.of(), old));
    store.put("first", first::writeTo);

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectWriter next = new ObjectWriter(bytes, ObjectKind.CHECKPOINT);
    StoredChunk before = append(next, "new 0 ");
    StoredChunk after = append(next, "new 1");
    StoredChunk referred = old.get(1).toBuilder().setObject(1).build();
    ObjectWriter.Sealed sealed =
        next.finish(manifest(List.of("first"), List.of(before, referred, after)));
    store.put("second", bytes::writeTo);
    second =
        ObjectRef.newBuilder()
            .setKey("second")
            .setLength(sealed.length())
            .setDigest(sealed.digest())
            .build();
  }

  @Test
  void chunksOfSeveralObjectsAreOneSection() throws Exception {
    assertThat(read(store)).isEqualTo("new 0 old 1 new 1");
  }

  @Test
  void damageToAnEarlierObjectIsFound() {
    ObjectStore damaging =
        new DamagingStore(
            store, (key, bytes) -> key.equals("first") ? DamagingStore.flip(bytes, 50, 1) : bytes);
    assertFails(Kind.CORRUPT, damaging);
  }

  @Test
  void aMissingEarlierObjectIsNamed() throws Exception {
    store.delete("first");
    assertThatThrownBy(() -> read(store)).hasMessageContaining(directory.resolve("first") + "");
    assertFails(Kind.MISSING, store);
  }

  private void assertFails(Kind kind, ObjectStore from) {
    assertThatThrownBy(() -> read(from))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  private String read(ObjectStore from) throws StoreException {
    ObjectReader reader = ObjectReader.open(from, second, ObjectKind.CHECKPOINT);
    StringBuilder text = new StringBuilder();
    try (VerifiedChunks chunks = reader.read(reader.manifest().getSections(0))) {
      for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
        text.append(new String(chunk, UTF_8));
      }
    }
    return text.toString();
  }

  private static StoredChunk append(ObjectWriter writer, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    return writer.append(PackedChunk.pack(bytes, 0, bytes.length));
  }

  private static ObjectManifest manifest(List<String> references, List<StoredChunk> chunks) {
    return ObjectManifest.newBuilder()
        .addAllReferences(references)
        .addAllReferenceLengths(references.stream().map(any -> 1_000L).toList())
        .addSections(
            StoredSection.newBuilder().setName("state").addAllChunks(new ArrayList<>(chunks)))
        .build();
  }
}

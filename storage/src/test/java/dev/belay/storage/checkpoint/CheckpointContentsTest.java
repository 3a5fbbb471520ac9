package dev.belay.storage.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectWriter;
import dev.belay.storage.format.PackedChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint as people look at it, prove it whole, and take it elsewhere. */
class CheckpointContentsTest {
  @TempDir Path directory;
  private ObjectStore store;
  private Checkpoint older;
  private Checkpoint newer;
  private final AtomicLong read = new AtomicLong();

  /** The newer one has a chunk of its own, and one of the older one. */
  @BeforeEach
  void write() throws IOException {
    store = new FileStore(directory.resolve("store"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectWriter writer = new ObjectWriter(bytes, ObjectKind.CHECKPOINT);
    List<StoredChunk> old = List.of(append(writer, "old 0 "), append(writer, "old 1 "));
    older = put("older", 1, bytes, writer, List.of(), old);
    bytes = new ByteArrayOutputStream();
    writer = new ObjectWriter(bytes, ObjectKind.CHECKPOINT);
    StoredChunk own = append(writer, "new 0 ");
    newer =
        put(
            "newer",
            2,
            bytes,
            writer,
            List.of("older"),
            List.of(own, old.get(1).toBuilder().setObject(1).build()));
  }

  private static StoredChunk append(ObjectWriter writer, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    return writer.append(PackedChunk.pack(bytes, 0, bytes.length));
  }

  private Checkpoint put(
      String key,
      long sequence,
      ByteArrayOutputStream bytes,
      ObjectWriter writer,
      List<String> references,
      List<StoredChunk> chunks)
      throws IOException {
    Checkpoint identity =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(7))
            .setBytes(12)
            .build();
    ObjectWriter.Sealed sealed =
        writer.finish(
            ObjectManifest.newBuilder()
                .addAllReferences(references)
                .addAllReferenceLengths(
                    references.stream().map(one -> older.getObject().getLength()).toList())
                .addSections(
                    StoredSection.newBuilder()
                        .setName("state")
                        .addAllChunks(new ArrayList<>(chunks)))
                .setCheckpoint(CheckpointIdentity.newBuilder().setCheckpoint(identity))
                .build());
    store.put(key, bytes::writeTo);
    return identity.toBuilder()
        .setObject(
            ObjectRef.newBuilder()
                .setKey(key)
                .setLength(sealed.length())
                .setDigest(sealed.digest()))
        .build();
  }

  private void damage(String key) throws IOException {
    Path file = directory.resolve("store").resolve(key);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  private static void assertFails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  private Path export(Checkpoint checkpoint, boolean replace) throws IOException {
    Path file = directory.resolve("copy.ckpt");
    long length =
        SelfContained.write(
            CheckpointContents.open(store, checkpoint), file, replace, read::addAndGet);
    assertThat(file).hasSize(length);
    return file;
  }

  @Test
  void saysWhichChunksAreItsOwnAndWhichItReuses() throws Exception {
    CheckpointContents found = CheckpointContents.open(store, newer);
    assertThat(found.identity().getCheckpoint().getSequence()).isEqualTo(2);
    assertThat(found.shares())
        .extracting(CheckpointContents.Share::key, CheckpointContents.Share::chunks)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("newer", 1),
            org.assertj.core.groups.Tuple.tuple("older", 1));
    assertThat(found.parts()).containsExactly(new CheckpointContents.Part("state", 2, 12));
  }

  @Test
  void provesAllOfItWholeAndReadsWhatIsSharedOnce() throws Exception {
    Set<CheckpointContents.Place> done = new HashSet<>();
    CheckpointContents.open(store, newer).verify(done, read::addAndGet);
    long first = read.getAndSet(0);
    assertThat(first).isPositive();
    CheckpointContents.open(store, older).verify(done, read::addAndGet);
    assertThat(read.get()).as("one of its two chunks is known").isEqualTo(first / 2);
    assertThat(done).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"older", "newer"})
  void damageToAnyObjectOfItIsFound(String key) throws Exception {
    damage(key);
    assertFails(
        Kind.CORRUPT,
        () -> CheckpointContents.open(store, newer).verify(new HashSet<>(), read::addAndGet));
  }

  @Test
  void anObjectThatIsGoneIsFound() throws Exception {
    store.delete("older");
    assertFails(
        Kind.MISSING,
        () -> CheckpointContents.open(store, newer).verify(new HashSet<>(), read::addAndGet));
  }

  @Test
  void anotherCheckpointThanTheOneRecordedIsNotTakenForIt() {
    assertFails(
        Kind.CORRUPT,
        () -> CheckpointContents.open(store, newer.toBuilder().setSequence(3).build()));
  }

  @Test
  void aCopyNeedsNoOtherObjectAndIsTheSameCheckpoint() throws Exception {
    Path file = export(newer, false);
    store.delete("older");
    store.delete("newer");
    CheckpointContents copy = CheckpointContents.inFile(file);
    copy.verify(new HashSet<>(), read::addAndGet);
    assertThat(copy.identity().getCheckpoint().getSequence()).isEqualTo(2);
    assertThat(copy.shares())
        .singleElement()
        .satisfies(share -> assertThat(share.chunks()).isEqualTo(2));
    assertThat(copy.parts()).containsExactly(new CheckpointContents.Part("state", 2, 12));
    // As whoever put it into a store would read it.
    FileStore other = new FileStore(directory.resolve("other"));
    other.put("copied", out -> Files.copy(file, out));
    Checkpoint moved =
        newer.toBuilder().setObject(copy.object().toBuilder().setKey("copied")).build();
    CheckpointContents.open(other, moved).verify(new HashSet<>(), read::addAndGet);
  }

  @Test
  void aCopyReplacesNothingUnlessThatIsWanted() throws Exception {
    Path file = directory.resolve("copy.ckpt");
    Files.writeString(file, "mine");
    assertFails(Kind.EXISTS, () -> export(newer, false));
    assertThat(file).hasContent("mine");
    export(newer, true);
    assertThat(CheckpointContents.inFile(file).identity().getCheckpoint().getSequence())
        .isEqualTo(2);
  }

  @Test
  void aCopyOfADamagedOneLeavesNothingBehind() throws Exception {
    damage("older");
    assertFails(Kind.CORRUPT, () -> export(newer, false));
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("store");
    }
  }

  @Test
  void whatIsNoCheckpointIsSaidToBeNone() throws Exception {
    Path file = directory.resolve("notes.txt");
    Files.writeString(file, "x".repeat(300));
    assertFails(Kind.CORRUPT, () -> CheckpointContents.inFile(file));
    Files.writeString(file, "");
    assertFails(Kind.CORRUPT, () -> CheckpointContents.inFile(file));
    assertFails(Kind.MISSING, () -> CheckpointContents.inFile(directory.resolve("nothing")));
    assertFails(Kind.CORRUPT, () -> CheckpointContents.inFile(directory));
  }
}

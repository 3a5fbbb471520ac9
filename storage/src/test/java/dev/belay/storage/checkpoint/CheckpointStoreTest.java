package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.AmbiguousStore;
import dev.belay.storage.faults.FullDiskStore;
import dev.belay.storage.faults.LossyStore;
import dev.belay.storage.faults.UnavailableStore;
import dev.belay.storage.faults.UnavailableStore.Operation;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path directory;
  private final StateCodec codec = new StateCodec(List.of());
  private ObjectStore store;
  private CheckpointStore checkpoints;

  @BeforeEach
  void open() {
    store = new FileStore(directory);
    checkpoints = new CheckpointStore(store);
  }

  @Test
  void restoresTheStateThatWasWritten() throws Exception {
    Map<String, Long> state = new TreeMap<>(Map.of("a", 1L, "b", 2L));
    Checkpoint written = write(checkpoints, codec.encode(state));
    assertThat(codec.decode(Samples.read(checkpoints, written), Map.class)).isEqualTo(state);
  }

  @Test
  void tellsTheCoordinatorWhatItNeeds() throws Exception {
    EncodedState state = codec.encode(new long[10_000]);
    Checkpoint written = write(checkpoints, state);
    assertThat(written.getReferencesList()).containsExactly(Samples.KEY);
    assertThat(written.getObject().getKey()).isEqualTo(Samples.KEY);
    assertThat(written.getObject().getLength())
        .isEqualTo(Files.size(directory.resolve(Samples.KEY)));
    assertThat(written.getObject().getDigest().size()).isEqualTo(32);
    assertThat(written.getStoredBytes()).isEqualTo(written.getObject().getLength());
    assertThat(written.getBytes()).isEqualTo(state.length()).isGreaterThan(80_000);
    assertThat(written.getStoredBytes()).isLessThan(2_000);
    assertThat(
            written.toBuilder()
                .clearObject()
                .clearReferences()
                .clearBytes()
                .clearStoredBytes()
                .build())
        .isEqualTo(Samples.IDENTITY);
  }

  @Test
  void restoresAStateOfManyChunks() throws Exception {
    long[] state = new Random(1).longs(2_000_000).toArray();
    Checkpoint written = write(checkpoints, codec.encode(state));
    assertThat(codec.decode(Samples.read(checkpoints, written), long[].class)).isEqualTo(state);
  }

  @Test
  void worksWithAnExecutorThatWorksNoMore() throws Exception {
    long[] state = new Random(1).longs(400_000).toArray();
    CheckpointStore lazy = new CheckpointStore(store, work -> {});
    Checkpoint written = write(lazy, codec.encode(state));
    assertThat(codec.decode(Samples.read(lazy, written), long[].class)).isEqualTo(state);
    CheckpointStore stopped =
        new CheckpointStore(
            store,
            work -> {
              throw new RejectedExecutionException();
            });
    Checkpoint second =
        Samples.write(stopped, "other", Samples.IDENTITY, codec.encode(state), scratch());
    assertThat(second.getObject().getDigest()).isEqualTo(written.getObject().getDigest());
  }

  @Test
  void anotherWholeCheckpointUnderTheKeyIsNotTheOneRecorded() throws Exception {
    Checkpoint first = write(checkpoints, codec.encode("one"));
    store.delete(Samples.KEY);
    Checkpoint second =
        Samples.write(
            checkpoints,
            Samples.KEY,
            Samples.IDENTITY.toBuilder().setSequence(2).build(),
            codec.encode("one"),
            scratch());
    assertThat(codec.decode(Samples.read(checkpoints, second), String.class)).isEqualTo("one");
    assertFails(Kind.CORRUPT, () -> Samples.read(checkpoints, first));
    assertFails(
        Kind.CORRUPT, () -> Samples.read(checkpoints, second.toBuilder().setSequence(1).build()));
  }

  @Test
  void whatIsNotThereIsMissingAndWhatIsOutOfReachUnavailable() throws Exception {
    Checkpoint written = write(checkpoints, codec.encode("one"));
    assertFails(
        Kind.MISSING,
        () -> Samples.read(new CheckpointStore(new LossyStore(store, k -> true)), written));
    assertFails(
        Kind.UNAVAILABLE,
        () -> Samples.read(new CheckpointStore(new UnavailableStore(store, o -> true)), written));
  }

  @Test
  void aFailedWriteLeavesNothingAndTheNextSucceeds() throws Exception {
    FullDiskStore disk = new FullDiskStore(store, 1_000_000);
    CheckpointStore full = new CheckpointStore(disk);
    EncodedState state = codec.encode(new Random(1).longs(500_000).toArray());
    assertFails(Kind.UNAVAILABLE, () -> write(full, state));
    assertThat(store.list("")).isEmpty();
    disk.addRoom(10_000_000);
    Checkpoint written = write(full, state);
    assertThat(Samples.read(full, written).length()).isEqualTo(state.length());
    assertFails(
        Kind.UNAVAILABLE,
        () ->
            write(new CheckpointStore(new UnavailableStore(store, Operation.PUT::equals)), state));
  }

  @Test
  void anAmbiguousWriteIsAFailureAndTheKeyIsUsed() throws Exception {
    CheckpointStore ambiguous = new CheckpointStore(new AmbiguousStore(store, k -> true));
    assertFails(Kind.UNAVAILABLE, () -> write(ambiguous, codec.encode("one")));
    assertFails(Kind.EXISTS, () -> write(checkpoints, codec.encode("two")));
  }

  private Checkpoint write(CheckpointStore to, EncodedState state) throws StoreException {
    return Samples.write(to, Samples.KEY, Samples.IDENTITY, state, scratch());
  }

  private Path scratch() {
    return directory.resolveSibling(directory.getFileName() + "-scratch");
  }

  private static void assertFails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .message()
        .doesNotContain("\n");
  }
}

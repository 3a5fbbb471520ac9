package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.state.StateCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final String KEY = "cluster/job/p3/0-7-1-0.ckpt";
  private static final TaskId TASK =
      TaskId.newBuilder().setJob("job").setKind(TaskKind.PARTITION).setIndex(3).build();
  private static final Checkpoint IDENTITY =
      Checkpoint.newBuilder()
          .setSequence(1)
          .setEpoch(Epoch.newBuilder().setCounter(7))
          .setProgress(Progress.newBuilder().setDone(5).setTotal(10))
          .setCreatedMillis(1_700_000_000_000L)
          .build();

  @TempDir Path directory;
  private final StateCodec codec = new StateCodec(List.of());
  private CheckpointStore checkpoints;

  @BeforeEach
  void open() {
    checkpoints = new CheckpointStore(new FileStore(directory));
  }

  @Test
  void restoresTheStateThatWasWritten() throws Exception {
    Map<String, Long> state = new TreeMap<>(Map.of("a", 1L, "b", 2L));
    Checkpoint written = checkpoints.write(KEY, TASK, IDENTITY, codec.encode(state));
    assertThat(codec.decode(checkpoints.read(written), Map.class)).isEqualTo(state);
  }

  @Test
  void tellsTheCoordinatorWhatItNeeds() throws Exception {
    Checkpoint written = checkpoints.write(KEY, TASK, IDENTITY, codec.encode(new long[10_000]));
    assertThat(written.getSequence()).isEqualTo(1);
    assertThat(written.getProgress().getDone()).isEqualTo(5);
    assertThat(written.getReferencesList()).containsExactly(KEY);
    assertThat(written.getObject().getKey()).isEqualTo(KEY);
    assertThat(written.getObject().getLength()).isEqualTo(Files.size(directory.resolve(KEY)));
    assertThat(written.getStoredBytes()).isEqualTo(written.getObject().getLength());
    assertThat(written.getBytes()).isGreaterThan(80_000);
    assertThat(written.getStoredBytes()).isLessThan(2_000);
  }

  @Test
  void restoresAStateOfManyChunks() throws Exception {
    long[] state = new Random(1).longs(2_000_000).toArray();
    Checkpoint written = checkpoints.write(KEY, TASK, IDENTITY, codec.encode(state));
    assertThat(codec.decode(checkpoints.read(written), long[].class)).isEqualTo(state);
  }

  @Test
  void findsEveryFlippedByte() throws Exception {
    Checkpoint written =
        checkpoints.write(KEY, TASK, IDENTITY, codec.encode(List.of("some", "state", 42)));
    Path file = directory.resolve(KEY);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      for (int mask : new int[] {1, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) mask;
        Files.write(file, damaged);
        assertCorrupt(written, "byte " + i + " ^ " + mask);
      }
    }
  }

  @Test
  void findsEveryTruncationAndWhatWasAppended() throws Exception {
    Checkpoint written =
        checkpoints.write(KEY, TASK, IDENTITY, codec.encode(List.of("some", "state", 42)));
    Path file = directory.resolve(KEY);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertCorrupt(written, "length " + length);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertCorrupt(written, "a byte more");
  }

  @Test
  void anotherWholeCheckpointUnderTheKeyIsNotTheOneRecorded() throws Exception {
    Checkpoint first = checkpoints.write(KEY, TASK, IDENTITY, codec.encode("one"));
    Files.delete(directory.resolve(KEY));
    Checkpoint second =
        checkpoints.write(
            KEY, TASK, IDENTITY.toBuilder().setSequence(2).build(), codec.encode("one"));
    assertThat(codec.decode(checkpoints.read(second), String.class)).isEqualTo("one");
    assertCorrupt(first, "another checkpoint");
  }

  @Test
  void aDeletedCheckpointIsMissing() throws Exception {
    Checkpoint written = checkpoints.write(KEY, TASK, IDENTITY, codec.encode("one"));
    Files.delete(directory.resolve(KEY));
    assertThatThrownBy(() -> checkpoints.read(written))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING));
  }

  private void assertCorrupt(Checkpoint checkpoint, String damage) {
    assertThatThrownBy(() -> checkpoints.read(checkpoint))
        .as(damage)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).as(damage + ": " + e).isEqualTo(Kind.CORRUPT));
  }
}

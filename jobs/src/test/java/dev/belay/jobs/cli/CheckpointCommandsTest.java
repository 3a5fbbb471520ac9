package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.Stores;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectWriter;
import dev.belay.storage.format.PackedChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with checkpoints that lie in a store, while a coordinator says which there are. */
final class CheckpointCommandsTest {
  @TempDir Path directory;
  private final List<KeptCheckpoint> kept = new ArrayList<>();
  private FakeCoordinator coordinator;
  private FileStore store;
  private JobState state = JobState.JOB_PAUSED;

  @BeforeEach
  void threeCheckpoints() throws IOException {
    store = new FileStore(directory.resolve("store"));
    for (int sequence = 3; sequence >= 1; sequence--) {
      kept.add(checkpoint(sequence));
    }
    coordinator = new FakeCoordinator();
    coordinator.checkpoints = this::listed;
  }

  @AfterEach
  void stop() {
    coordinator.close();
    store.close();
  }

  private ListCheckpointsReply listed() {
    return ListCheckpointsReply.newBuilder()
        .setJobId("job-1")
        .setState(state)
        .setStore(Stores.url(directory.resolve("store")))
        .setPartitions(2)
        .addAllCheckpoints(kept)
        .build();
  }

  private KeptCheckpoint checkpoint(long sequence) throws IOException {
    byte[] state = ("the state of checkpoint " + sequence).getBytes(UTF_8);
    Checkpoint identity =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(7))
            .setBytes(state.length)
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectWriter writer = new ObjectWriter(bytes, ObjectKind.CHECKPOINT);
    StoredSection.Builder section =
        StoredSection.newBuilder()
            .setName("state")
            .addChunks(writer.append(PackedChunk.pack(state, 0, state.length)));
    ObjectWriter.Sealed sealed =
        writer.finish(
            ObjectManifest.newBuilder()
                .addSections(section)
                .setCheckpoint(CheckpointIdentity.newBuilder().setCheckpoint(identity))
                .build());
    String key = "c/job-1/p0/" + sequence;
    store.put(key, bytes::writeTo);
    return KeptCheckpoint.newBuilder()
        .setCheckpoint(
            identity.toBuilder()
                .setObject(
                    ObjectRef.newBuilder()
                        .setKey(key)
                        .setLength(sealed.length())
                        .setDigest(sealed.digest())))
        .build();
  }

  private void damage(int sequence) throws IOException {
    Path file = directory.resolve("store/c/job-1/p0/" + sequence);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  private Ran at(String words) {
    String[] args = words.split(" ");
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--coordinator";
    all[args.length + 1] = coordinator.address();
    return belay(all);
  }

  private void assertRefused(String words, int exitCode, String line) {
    Ran ran = at(words);
    assertThat(ran.exitCode()).as(words).isEqualTo(exitCode);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).isEqualTo("belay: " + line + "\n");
  }

  @Test
  void aPartitionThatIsNotThereIsNoEmptyList() {
    String line = "job-1 has no partition 2, but 0 to 1";
    assertRefused("checkpoints list job-1 --partition 2", 2, line);
    assertThat(at("checkpoints list job-1 --partition 2 --json").exitCode()).isEqualTo(2);
    assertRefused("checkpoints inspect job-1 2", 2, line);
    assertRefused("checkpoints restore job-1 2 1", 2, line);
    assertThat(at("checkpoints list job-1 --partition 1").out())
        .isEqualTo("partition 1 of job-1 has no checkpoints\n");
  }

  @Test
  void whichAreKeptIsSaidAndHowToHoldThem() {
    assertRefused(
        "checkpoints inspect job-1 0 9",
        2,
        "partition 0 of job-1 has no checkpoint 9: it keeps 3, 2, 1");
    state = JobState.JOB_RUNNING;
    assertRefused(
        "checkpoints inspect job-1 0 9",
        2,
        "partition 0 of job-1 has no checkpoint 9: it keeps 3, 2, 1, and as the job runs newer"
            + " ones: 'belay pause job-1' first");
  }

  @Test
  void onlyWhatIsWholeIsRestored() throws IOException {
    damage(2);

    Ran refused = at("checkpoints restore job-1 0 2");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("belay: nothing was restored: checkpoint 2 of partition 0 of job-1 is CORRUPT")
        .contains("'belay checkpoints list job-1 --partition 0'")
        .hasLineCount(1);
    assertThat(coordinator.restored).isEmpty();

    JsonNode whole = at("checkpoints restore job-1 0 1 --json").json();
    assertThat(whole.get("verified").booleanValue()).isTrue();
    JsonNode blind = at("checkpoints restore job-1 0 2 --unverified --json").json();
    assertThat(blind.get("verified").booleanValue()).isFalse();
    assertThat(coordinator.restored).extracting(one -> one.getSequence()).containsExactly(1L, 2L);
  }

  @Test
  void theStoreOutOfReachIsNoReasonToRestoreBlindly() throws IOException {
    Files.move(directory.resolve("store"), directory.resolve("elsewhere"));

    Ran ran = at("checkpoints restore job-1 0 1");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("cannot be read from this machine", "--unverified");
    assertThat(coordinator.restored).isEmpty();
  }

  @Test
  void whatIsDroppedMeanwhileIsNeitherBadNorCounted() throws IOException {
    state = JobState.JOB_RUNNING;
    store.delete("c/job-1/p0/1");
    List<KeptCheckpoint> before = List.copyOf(kept);
    kept.remove(2);
    kept.add(0, checkpoint(4));
    List<KeptCheckpoint> after = List.copyOf(kept);
    // The first look is from before.
    kept.clear();
    kept.addAll(before);
    coordinator.checkpoints =
        () -> {
          ListCheckpointsReply now = listed();
          kept.clear();
          kept.addAll(after);
          return now;
        };

    Ran ran = at("checkpoints verify job-1 --all --json");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.json().get("bad")).isEmpty();
    assertThat(ran.json().get("checkpoints").longValue()).isEqualTo(3);
  }

  @Test
  void theNewestIsTheNewestThatIsStillThere() throws IOException {
    KeptCheckpoint gone = checkpoint(4);
    store.delete("c/job-1/p0/4");
    List<KeptCheckpoint> after = List.copyOf(kept);
    kept.add(0, gone);
    coordinator.checkpoints =
        () -> {
          ListCheckpointsReply now = listed();
          if (state == JobState.JOB_RUNNING) {
            kept.clear();
            kept.addAll(after);
          }
          // It is asked for the first page and for all of them.
          state = JobState.JOB_RUNNING;
          return now;
        };

    Path file = directory.resolve("p0.ckpt");
    assertThat(at("checkpoints export job-1 0 " + file).out())
        .startsWith(file + ": checkpoint 3 of partition 0 of job-1");
    assertThat(at("checkpoints verify " + file).exitCode()).isZero();

    kept.add(0, gone);
    state = JobState.JOB_PAUSED;
    Ran dropped = at("checkpoints inspect job-1 0 4");
    assertThat(dropped.exitCode()).isEqualTo(1);
    assertThat(dropped.err())
        .contains("checkpoint 4 of partition 0 of job-1 was dropped while it was read", "pause");
  }

  @Test
  void oneIsNotSeveral() throws IOException {
    kept.subList(1, 3).clear();
    assertThat(at("checkpoints verify job-1").out())
        .startsWith("job-1: 1 checkpoint and 0 segments are whole (");
    damage(3);
    Ran bad = at("checkpoints verify job-1");
    assertThat(bad.exitCode()).isEqualTo(1);
    assertThat(bad.out())
        .contains("partition 0, checkpoint 3: CORRUPT: ")
        .contains("job-1: 0 checkpoints and 0 segments are whole (")
        .endsWith(", 1 object is bad\n");
  }
}

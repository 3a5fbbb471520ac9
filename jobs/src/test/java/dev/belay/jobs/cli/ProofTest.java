package dev.belay.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.jobs.cli.view.Terminal;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.Stores;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not as it was written is found, and nothing else is said to be bad. */
class ProofTest {
  @TempDir Path directory;

  /** What the coordinator names of each partition, once it is asked again. */
  private final Map<Integer, List<KeptCheckpoint>> named = new ConcurrentHashMap<>();

  private final List<Integer> askedAgain = new ArrayList<>();
  private ObjectStore store;

  @BeforeEach
  void open() throws Exception {
    store = Stores.open(Stores.url(directory.resolve("store")));
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private static String key(int partition, long sequence) {
    return "c1/job-1/p%d/1-1-%d-1.ckpt".formatted(partition, sequence);
  }

  /** Stores a checkpoint, and lets the coordinator name it before the older ones. */
  private void stores(int partition, long sequence) throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store);
    try (CheckpointDraft draft =
        checkpoints.draft(() -> directory.resolve("scratch"), Basis.NONE)) {
      try (OutputStream out = draft.section(CheckpointStore.STATE)) {
        out.write(("partition " + partition + " at " + sequence).repeat(50).getBytes(UTF_8));
      }
      draft.finish();
      TaskId task =
          TaskId.newBuilder()
              .setJob("job-1")
              .setKind(TaskKind.PARTITION)
              .setIndex(partition)
              .build();
      Checkpoint identity =
          Checkpoint.newBuilder().setSequence(sequence).setEpoch(Epochs.of(1, 1)).build();
      Checkpoint stored = draft.storeAs(key(partition, sequence), task, identity);
      List<KeptCheckpoint> all = new ArrayList<>();
      all.add(KeptCheckpoint.newBuilder().setPartition(partition).setCheckpoint(stored).build());
      all.addAll(named.getOrDefault(partition, List.of()));
      named.put(partition, all);
    }
  }

  private ListCheckpointsReply page() {
    ListCheckpointsReply.Builder page = ListCheckpointsReply.newBuilder();
    named.keySet().stream()
        .sorted()
        .forEach(partition -> page.addAllCheckpoints(named.getOrDefault(partition, List.of())));
    return page.build();
  }

  private Proof proof(boolean all) {
    return new Proof(
        store,
        partition -> {
          synchronized (askedAgain) {
            askedAgain.add(partition);
          }
          return named.getOrDefault(partition, List.of());
        },
        all,
        gauge());
  }

  private static Gauge gauge() {
    Output output =
        new Output(
            OutputStream.nullOutputStream(),
            UTF_8,
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
            Terminal.NONE,
            false);
    return new Gauge(output, "verifying", 0);
  }

  private void flipsAByte(String key) throws Exception {
    Path file;
    try (var files = Files.walk(directory.resolve("store"))) {
      file = files.filter(path -> path.endsWith(Path.of(key).getFileName())).findFirst().get();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  @Test
  void theNewestOfEachPartitionIsReadOrAll() throws Exception {
    stores(0, 1);
    stores(0, 2);
    stores(1, 1);

    Proof newest = proof(false);
    newest.run(List.of(page()));
    assertThat(newest.bad()).isEmpty();
    assertThat(newest.checkpoints()).isEqualTo(2);

    Proof all = proof(true);
    all.run(List.of(page()));
    assertThat(all.bad()).isEmpty();
    assertThat(all.checkpoints()).isEqualTo(3);
    assertThat(askedAgain).as("where nothing seems lost").isEmpty();
  }

  @Test
  void aPartitionWhoseCheckpointsAreOnTwoPagesIsOne() throws Exception {
    stores(0, 1);
    stores(0, 2);
    ListCheckpointsReply whole = page();
    List<ListCheckpointsReply> pages = new ArrayList<>();
    whole
        .getCheckpointsList()
        .forEach(one -> pages.add(ListCheckpointsReply.newBuilder().addCheckpoints(one).build()));

    Proof newest = proof(false);
    newest.run(pages);

    assertThat(newest.checkpoints()).isEqualTo(1);
  }

  @Test
  void whatIsDamagedOrGoneIsNamed() throws Exception {
    stores(0, 1);
    stores(1, 4);
    stores(2, 7);
    flipsAByte(key(1, 4));
    store.delete(key(2, 7));

    Proof proof = proof(false);
    proof.run(List.of(page()));

    assertThat(proof.bad())
        .extracting(bad -> bad.partition() + " " + bad.sequence() + " " + bad.kind())
        .containsExactly("1 4 " + Kind.CORRUPT, "2 7 " + Kind.MISSING);
    assertThat(proof.bad()).extracting(Proof.Bad::key).containsExactly(key(1, 4), key(2, 7));
    assertThat(proof.checkpoints()).isEqualTo(1);
  }

  @Test
  void whatWasDroppedMeanwhileIsNotBad() throws Exception {
    stores(0, 1);
    ListCheckpointsReply before = page();
    named.remove(0);
    stores(0, 2);
    store.delete(key(0, 1));

    Proof proof = proof(false);
    proof.run(List.of(before));

    assertThat(proof.bad()).isEmpty();
    assertThat(askedAgain).containsExactly(0);
  }

  /** A script that looks at the exit code alone must not take a lost partition for a sound one. */
  @Test
  void whatIsKnownToBeUnusableIsBadWhereThereIsNothingElse() throws Exception {
    stores(0, 1);
    stores(0, 2);
    store.delete(key(0, 2));
    stores(1, 1);
    store.delete(key(1, 1));
    named.replaceAll(
        (partition, kept) ->
            kept.stream()
                .map(
                    one ->
                        one.toBuilder()
                            .setUnusable("is gone")
                            .setPartitionState(
                                partition == 0
                                    ? PartitionState.PARTITION_FAILED
                                    : PartitionState.PARTITION_SUCCEEDED)
                            .build())
                .toList());

    Proof proof = proof(true);
    proof.run(List.of(page()));

    assertThat(proof.bad()).extracting(Proof.Bad::key).containsExactly(key(0, 2));
    assertThat(proof.checkpoints()).as("was put back meanwhile").isEqualTo(1);
  }

  @Test
  void whatIsKnownToBeUnusableIsNotReadAgain() throws Exception {
    stores(0, 1);
    stores(0, 2);
    store.delete(key(0, 2));
    List<KeptCheckpoint> kept = named.getOrDefault(0, List.of());
    named.put(0, List.of(kept.get(1), kept.get(0).toBuilder().setUnusable("is gone").build()));

    Proof proof = proof(true);
    proof.run(List.of(page()));

    assertThat(proof.bad()).isEmpty();
    assertThat(proof.checkpoints()).isEqualTo(1);
  }

  @Test
  void whatCannotBeAskedSaysNothingOfWhatIsStored() throws Exception {
    stores(0, 1);
    store.delete(key(0, 1));
    Proof proof =
        new Proof(
            store,
            partition -> {
              throw new CliException(ExitCode.UNREACHABLE, "no coordinator");
            },
            false,
            gauge());

    assertThatThrownBy(() -> proof.run(List.of(page())))
        .isInstanceOf(CliException.class)
        .hasMessage("no coordinator");
    assertThat(proof.bad()).isEmpty();
  }
}

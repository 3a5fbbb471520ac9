package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations that begin while the journal runs, and what a crash between any two steps leaves. */
class RollingTest {
  private static final int A_GENERATION = 10;

  @TempDir Path root;

  private Layout layout() {
    return new Layout(root);
  }

  /** Appends in batches of 5 up to a sequence, and waits for the snapshots. */
  private void appendUpTo(long sequence) throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store =
          new JournalStore<>(directory, Jobs::new, new JournalSettings(A_GENERATION, 1 << 30));
      Recovery<Jobs> recovery = store.recover();
      try (Journal journal = store.begin(recovery)) {
        for (long i = recovery.lastSequence() + 1; i <= sequence; i++) {
          journal.append(Jobs.record(i));
          if (i % 5 == 0) {
            journal.sync();
          }
        }
        await()
            .until(() -> newest(layout().snapshotGenerations()) == newest(layout().generations()));
        await().until(() -> layout().generations().size() == 2);
      }
    }
  }

  private static long newest(List<Long> numbers) {
    return numbers.get(numbers.size() - 1);
  }

  @Test
  void theLastTwoSnapshotsAndTheJournalsSinceAreKept() throws Exception {
    appendUpTo(55);

    assertThat(layout().generations()).containsExactly(5L, 6L);
    assertThat(layout().snapshotGenerations()).containsExactly(5L, 6L);
    Recovery<Jobs> recovery = Directories.recover(root);
    assertThat(recovery.target().names).isEqualTo(Jobs.upTo(55));
    assertThat(recovery.snapshotGeneration()).isEqualTo(6);
    assertThat(recovery.replayed()).isEqualTo(5);
  }

  @Test
  void aGenerationWhoseSnapshotWasNotMadeYetIsReplayed() throws Exception {
    appendUpTo(55);
    Files.move(layout().snapshot(6), layout().snapshots().resolve("0000000006.snapshot.tmp"));

    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(55));
    appendUpTo(80);
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(80));
    assertThat(layout().snapshots()).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aGenerationWhoseCreationWasCutOffIsEmpty() throws Exception {
    appendUpTo(55);
    GenerationFiles next = layout().generation(7);
    Files.createDirectory(next.directory());
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(55));

    Files.write(next.cycle(), new byte[1 << 20]);
    Recovery<Jobs> recovery = Directories.recover(root);
    assertThat(recovery.target().names).isEqualTo(Jobs.upTo(55));
    assertThat(recovery.lastGeneration()).isEqualTo(7);

    appendUpTo(80);
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(80));
  }

  /** A power cut while generation 7 was created: each block of its file came to be, or did not. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aGenerationThatIsHalfOnTheDeviceIsEmpty(int seed) throws Exception {
    Directories.grow(root, 5);
    Directories.grow(root, 5);
    GenerationFiles next = layout().generation(3);
    GenerationWriter.create(next, new GenerationHeader(1, 3, 11, 42)).close();
    byte[] whole = Files.readAllBytes(next.cycle());
    Random random = new Random(seed);
    int block = new int[] {64, 512, 4096}[seed % 3];
    for (int at = 0; at < whole.length; at += block) {
      if (random.nextBoolean()) {
        Arrays.fill(whole, at, Math.min(at + block, whole.length), (byte) 0);
      }
    }
    Files.write(next.cycle(), whole);
    if (seed % 2 == 0) {
      Files.delete(next.metadata());
    }

    Recovery<Jobs> recovery = Directories.recover(root);
    assertThat(recovery.target().names).isEqualTo(Jobs.upTo(10));
    assertThat(recovery.lastGeneration()).isEqualTo(3);
    Directories.grow(root, 5);
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(15));
  }

  @Test
  void whatWasHalfDeletedIsIgnored() throws Exception {
    appendUpTo(55);
    Files.createDirectory(layout().generation(4).directory());
    Files.write(layout().generation(4).metadata(), new byte[10]);

    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(55));
    appendUpTo(80);
    assertThat(layout().generation(4).directory()).doesNotExist();
  }

  @Test
  void aMissingJournalIsRefused() throws Exception {
    appendUpTo(55);
    layout().generation(6).delete();

    assertThatThrownBy(() -> Directories.recover(root))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("generation 6 is missing");
  }

  @Test
  void anOlderSnapshotWithTheJournalsSinceGivesTheSame() throws Exception {
    appendUpTo(55);
    byte[] sound = Files.readAllBytes(layout().snapshot(6));
    for (int at = 0; at < sound.length; at += 3) {
      byte[] changed = sound.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(layout().snapshot(6), changed);
      Recovery<Jobs> recovery = Directories.recover(root);

      assertThat(recovery.snapshotGeneration()).as("byte %d", at).isEqualTo(5);
      assertThat(recovery.target().names).as("byte %d", at).isEqualTo(Jobs.upTo(55));
    }
    for (int length = 0; length < sound.length; length += 11) {
      Files.write(layout().snapshot(6), Arrays.copyOf(sound, length));

      assertThat(Directories.recover(root).snapshotGeneration()).as("%d", length).isEqualTo(5);
    }
  }

  @Test
  void withoutASoundSnapshotItIsRefused() throws Exception {
    appendUpTo(55);
    for (long snapshot : layout().snapshotGenerations()) {
      Files.write(layout().snapshot(snapshot), new byte[100]);
    }

    assertThatThrownBy(() -> Directories.recover(root))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("generation 1 is missing");
  }

  @Test
  void aDamagedSnapshotIsReplacedAtTheNextStart() throws Exception {
    appendUpTo(55);
    Files.write(layout().snapshot(6), new byte[100]);
    Directories.grow(root, 1);

    assertThat(layout().snapshotGenerations()).containsExactly(5L, 7L);
    assertThat(layout().generations()).containsExactly(5L, 6L, 7L);
    Files.write(layout().snapshot(7), new byte[100]);
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(56));
  }

  @Test
  void aSnapshotWhoseEntriesClaimToBeHugeTakesNoMemory() throws IOException {
    Directories.grow(root, 1);
    byte[] snapshot = Files.readAllBytes(layout().snapshot(1));
    for (int at : new int[] {SnapshotFile.HEAD_BYTES, SnapshotFile.HEAD_BYTES + 1}) {
      byte[] changed = snapshot.clone();
      changed[at] = 0x03;
      Files.write(layout().snapshot(1), changed);

      assertThatThrownBy(() -> SnapshotFile.read(layout().snapshot(1), 1, entry -> {}))
          .isInstanceOf(DamagedException.class);
    }
  }
}

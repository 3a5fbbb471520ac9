package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that released versions wrote are read by this one. */
class GoldenJournalTest {
  @TempDir Path root;

  @BeforeEach
  void unpack() throws Exception {
    GoldenJournal.unpack("/golden/journal-1.zip", root);
  }

  @Test
  void format1IsRead() throws Exception {
    Recovery<Jobs> recovery = Directories.recover(root);

    assertThat(recovery.target().names).isEqualTo(Jobs.upTo(GoldenJournal.RECORDS));
    assertThat(recovery.snapshotGeneration()).isEqualTo(2);
    assertThat(recovery.replayed()).isEqualTo(15);
  }

  @Test
  void format1IsReadFromItsOlderSnapshotAndGoesOn() throws Exception {
    Files.delete(new Layout(root).snapshot(2));
    Recovery<Jobs> recovery = Directories.recover(root);

    assertThat(recovery.target().names).isEqualTo(Jobs.upTo(GoldenJournal.RECORDS));
    assertThat(recovery.replayed()).isEqualTo(40);
    Directories.grow(root, 3);
    assertThat(Directories.recover(root).target().names)
        .isEqualTo(Jobs.upTo(GoldenJournal.RECORDS + 3));
  }
}

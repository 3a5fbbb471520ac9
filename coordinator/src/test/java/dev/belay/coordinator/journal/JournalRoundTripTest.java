package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was synced is read back, across starts and generations. */
class JournalRoundTripTest {
  @TempDir Path root;

  private JournalStore<Jobs> store(DataDirectory directory, JournalSettings settings) {
    return new JournalStore<>(directory, Jobs::new, settings);
  }

  @Test
  void anEmptyDirectoryIsAnEmptyState() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      Recovery<Jobs> recovery = store(directory, JournalSettings.defaults()).recover();

      assertThat(recovery.lastSequence()).isZero();
      assertThat(recovery.lastGeneration()).isZero();
      assertThat(recovery.target().names).isEmpty();
    }
  }

  @Test
  void recordsOfSeveralStartsAreReadBack() throws Exception {
    long sequence = 0;
    for (int start = 1; start <= 4; start++) {
      try (DataDirectory directory = DataDirectory.open(root)) {
        JournalStore<Jobs> store = store(directory, JournalSettings.defaults());
        Recovery<Jobs> recovery = store.recover();
        assertThat(recovery.target().names).isEqualTo(Jobs.upTo(sequence));
        assertThat(recovery.lastSequence()).isEqualTo(sequence);
        assertThat(recovery.lastGeneration()).isEqualTo(start - 1);
        assertThat(recovery.replayed()).isEqualTo(start == 1 ? 0 : 50);
        try (Journal journal = store.begin(recovery)) {
          for (int i = 0; i < 50; i++) {
            journal.append(Jobs.record(++sequence, i * 7));
            if (i % 10 == 9) {
              journal.sync();
            }
          }
        }
      }
    }
    assertThat(Files.list(root.resolve("snapshots"))).hasSize(2);
    assertThat(Files.list(root.resolve("journal"))).hasSize(2);
  }

  @Test
  void largeRecordsFit() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = store(directory, JournalSettings.defaults());
      try (Journal journal = store.begin(store.recover())) {
        for (int i = 1; i <= 12; i++) {
          journal.append(Jobs.record(i, 11 << 20));
          journal.sync();
        }
      }
      assertThat(store.recover().target().names).isEqualTo(Jobs.upTo(12));
    }
  }

  @Test
  void theJournalMayBeHandedFromThreadToThread() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = store(directory, new JournalSettings(4, 1 << 30));
      Journal journal = store.begin(store.recover());
      for (int i = 1; i <= 10; i++) {
        long sequence = i;
        FutureTask<Void> append =
            new FutureTask<>(
                () -> {
                  journal.append(Jobs.record(sequence));
                  journal.sync();
                  return null;
                });
        new Thread(append).start();
        append.get();
      }
      journal.close();
      assertThat(store.recover().target().names).isEqualTo(Jobs.upTo(10));
    }
  }

  @Test
  void aGapInTheSequenceIsRefused() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = store(directory, JournalSettings.defaults());
      try (Journal journal = store.begin(store.recover())) {
        journal.append(Jobs.record(1));
        assertThatThrownBy(() -> journal.append(Jobs.record(3)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}

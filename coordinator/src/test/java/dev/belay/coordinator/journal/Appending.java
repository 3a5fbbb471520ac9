package dev.belay.coordinator.journal;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * A process that appends records of rising sizes in batches until it is killed or the journal
 * fails, and says on standard output up to which sequence all is durable. What a failure says goes
 * to standard error, with exit code 3.
 *
 * <p>Arguments: data directory, records a batch, records a generation.
 */
final class Appending {
  private Appending() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    int batch = Integer.parseInt(args[1]);
    JournalSettings settings = new JournalSettings(Long.parseLong(args[2]), 64 << 20);
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = new JournalStore<>(directory, Jobs::new, settings);
      Recovery<Jobs> recovery = store.recover();
      append(store.begin(recovery), recovery.lastSequence(), batch);
    } catch (JournalException e) {
      System.err.println(e.getMessage());
      System.exit(3);
    }
  }

  private static void append(Journal journal, long last, int batch) throws JournalException {
    PrintStream out = System.out;
    long sequence = last;
    while (true) {
      for (int i = 0; i < batch; i++) {
        sequence++;
        journal.append(Jobs.record(sequence, (int) (sequence % 5000)));
      }
      journal.sync();
      out.println(sequence);
      out.flush();
    }
  }
}

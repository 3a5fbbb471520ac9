package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed with SIGKILL; what it said was durable is read back. */
class KilledTest {
  @TempDir Path root;

  @Test
  @Timeout(60)
  void everyAcknowledgedRecordIsThere() throws Exception {
    long last = 0;
    for (int round = 1; round <= 3; round++) {
      long acknowledged = appendAndKill(10 + 17 * round);
      Recovery<Jobs> recovery = Directories.recover(root);

      assertThat(recovery.lastSequence()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(recovery.target().names).isEqualTo(Jobs.upTo(recovery.lastSequence()));
      assertThat(acknowledged).as("progress in round %d", round).isGreaterThan(last);
      last = recovery.lastSequence();
    }
  }

  private long appendAndKill(int batches) throws Exception {
    Process process =
        Children.start(Appending.class, root.toString(), "7", "60")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader()) {
      long acknowledged = 0;
      for (int i = 0; i < batches; i++) {
        acknowledged = Long.parseLong(out.readLine());
      }
      // Not process.destroyForcibly(), which closes the stream that we go on reading.
      process.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        acknowledged = Long.parseLong(line);
      }
      return acknowledged;
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}

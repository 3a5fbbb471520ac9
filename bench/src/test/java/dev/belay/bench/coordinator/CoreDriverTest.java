package dev.belay.bench.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what is measured is the work that it is said to be. */
class CoreDriverTest {
  @TempDir Path directory;

  @Test
  void aJobIsCarriedThroughItsWholeLife() {
    CoreDriver driver = new CoreDriver(3, 2, true);
    driver.planned(100, "key");

    assertThat(driver.fleet().completed()).isLessThanOrEqualTo(6);
    assertThat(driver.settle()).isGreaterThanOrEqualTo(188);
    assertThat(driver.fleet().completed()).isEqualTo(100);
    assertThat(driver.fleet().jobsDone()).isEqualTo(1);
  }

  @Test
  void workersFillTheirSlotsAndReport() {
    CoreDriver driver = new CoreDriver(5, 4, false);
    driver.planned(100, "key");
    driver.settle();

    assertThat(driver.fleet().holding()).isEqualTo(20);
    for (int i = 0; i < 5; i++) {
      driver.fleet().checkpoints();
      driver.fleet().heartbeats();
      // A report for each, and from the fourth on a deletion for each.
      assertThat(driver.settle()).isEqualTo(5 + 20 + (i < 3 ? 0 : 20));
    }
  }

  @Test
  void theLoopWithTheJournalRunsJobAfterJob() throws Exception {
    try (LoopDriver driver = new LoopDriver(directory, 16)) {
      driver.run(40, "one");
      driver.run(40, "two");
    }
  }
}

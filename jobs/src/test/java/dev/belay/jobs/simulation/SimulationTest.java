package dev.belay.jobs.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.simulation.Soak.Seeds;
import dev.belay.jobs.simulation.Soak.Summary;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.faults.Fault;
import org.junit.jupiter.api.Test;

/**
 * Two thousand lives of a cluster. Others, or more: {@code -Dbelay.seeds=1..100000}; one of them as
 * it happened: {@code belay simulate --seed N --trace}.
 */
final class SimulationTest {
  private static final String SEEDS = "1..2000";

  @Test
  void nothingIsLostOrDoneTwiceAndEveryJobEnds() throws InterruptedException {
    String[] range = System.getProperty("belay.seeds", SEEDS).split("\\.\\.");
    Seeds seeds = new Seeds(Long.parseLong(range[0]), Long.parseLong(range[1]));

    Summary summary = new Soak(seeds, Options.DEFAULT, Seams::new).run(2, () -> false);

    Outcome failure = summary.failure();
    if (failure != null) {
      throw new AssertionError(
          String.join("\n", failure.last()) + "\n" + failure.replay(), failure.failure());
    }
    assertThat(summary.passed()).isEqualTo(seeds.count());
    if (seeds.count() >= 1_000) {
      for (Fault fault : Fault.values()) {
        assertThat(summary.injected().byKind()).as("what is never drawn").containsKey(fault.text());
      }
    }
  }
}

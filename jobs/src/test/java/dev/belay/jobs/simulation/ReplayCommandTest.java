package dev.belay.jobs.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.faults.Fault;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** A failure prints the command that replays it, so that must mean the same schedule. */
class ReplayCommandTest {
  @Test
  void optionsAreCalledAsTheCommandLineCallsThem() {
    assertThat(new Options(EnumSet.of(Fault.WORKER_KILLED), 2, 3, 4_000).text())
        .isEqualTo("--faults worker-killed --workers 2 --submits 3 --millis 4000");
    assertThat(new Options(EnumSet.allOf(Fault.class), 0, 0, 0).text()).isEmpty();
  }

  @Test
  void aSoakOfTheLastSeedEnds() throws Exception {
    Soak.Summary summary =
        new Soak(
                new Soak.Seeds(Long.MAX_VALUE, Long.MAX_VALUE),
                new Options(EnumSet.noneOf(Fault.class), 0, 0, 0),
                Seams::new)
            .run(1, () -> false);
    assertThat(summary.passed()).isOne();
    assertThat(summary.failure()).isNull();
  }
}

package dev.belay.jobs.simulation.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How well the death of workers is foreseen, over clusters drawn from seeds. */
class PrognosisTest {
  private static final int CLUSTERS = 20;
  private static final int WORKERS = 40;
  private static final long MILLIS = 600_000;

  @Test
  void mostDeathsWithSignsAreForeseenAndFewAlarmsAreFalse() {
    Prognosis.Quality all = Prognosis.measure(1, WORKERS, MILLIS);
    for (long seed = 2; seed <= CLUSTERS; seed++) {
      all = all.plus(Prognosis.measure(seed, WORKERS, MILLIS));
    }
    assertThat(all.recall()).as("%s", all).isGreaterThan(0.85);
    assertThat(all.precision()).as("%s", all).isGreaterThan(0.85);
    assertThat(all.falseAlarms() / all.hours()).as("an hour and worker: %s", all).isLessThan(0.2);
  }

  @Test
  void theSameSeedMakesTheSame() {
    assertThat(Prognosis.measure(7, 10, 120_000)).isEqualTo(Prognosis.measure(7, 10, 120_000));
  }
}

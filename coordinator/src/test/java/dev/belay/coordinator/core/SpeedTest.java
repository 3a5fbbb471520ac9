package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.Parts.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.runtime.proto.Progress;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How fast a partition gets on, by what its worker says of it now and then. */
class SpeedTest {
  private static final long START = 100 * SECOND;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private final Speed speed = new Speed(START);

  private void done(long done, double seconds) {
    speed.observe(Progress.newBuilder().setDone(done).setTotal(100).build(), at(seconds));
  }

  private static long at(double seconds) {
    return START + (long) (seconds * SECOND);
  }

  @Test
  void itIsKnownOnceTwoWordsLieThreeTenthsOfASecondApart() {
    assertThat(speed.measured()).isFalse();
    done(0, 1);
    assertThat(speed.measured()).isTrue();
    assertThat(speed.known()).isFalse();
    done(1, 1.299);
    assertThat(speed.known()).isFalse();
    done(1, 1.3);
    assertThat(speed.known()).isTrue();
  }

  @Test
  void aJobThatTellsNoTotalIsNotMeasured() {
    speed.observe(Progress.newBuilder().setDone(5).build(), at(1));
    speed.observe(Progress.newBuilder().setDone(9).build(), at(9));
    assertThat(speed.measured()).isFalse();
    assertThat(speed.known()).isFalse();
    assertThat(speed.elapsedNanos(at(9))).isEqualTo(9 * SECOND);
    assertThat(speed.elapsedNanos(at(-1))).isZero();
  }

  @Test
  void whatWasDoneBeforeTheFirstWordIsNoSpeed() {
    done(50, 1);
    done(60, 2);
    assertThat(speed.rate()).isEqualTo(0.1, EXACTLY);
  }

  @Test
  void aMachineThatBecomesSlowIsFoundOutWithinTenSeconds() {
    for (int second = 0; second <= 5; second++) {
      done(10L * second, second);
    }
    assertThat(speed.rate()).isEqualTo(0.1, EXACTLY);
    for (int second = 6; second <= 9; second++) {
      done(50, second);
    }
    assertThat(speed.rate()).as("ten seconds back").isEqualTo(0.5 / 9, EXACTLY);
    done(50, 10);
    assertThat(speed.rate()).as("the last five alone").isZero();
  }

  @Test
  void whatIsLeftTakesAsLongAsAtThisRateLessTheTimeSinceTheLastWord() {
    done(0, 0);
    done(20, 2);
    assertThat(speed.secondsLeft(at(2))).isEqualTo(8, EXACTLY);
    assertThat(speed.secondsLeft(at(5))).isEqualTo(5, EXACTLY);
    assertThat(speed.secondsLeft(at(1))).as("a word that is older").isEqualTo(8, EXACTLY);
    assertThat(speed.secondsLeft(at(99))).as("overdue").isZero();
  }

  @Test
  void whatDoesNotMoveTakesForEverAndWhatIsThroughNoTime() {
    done(10, 0);
    done(10, 2);
    assertThat(speed.secondsLeft(at(2))).isInfinite();
    done(5, 3);
    assertThat(speed.secondsLeft(at(3))).as("it went back").isInfinite();
    done(100, 4);
    assertThat(speed.secondsLeft(at(4))).isZero();
  }
}

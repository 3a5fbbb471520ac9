package dev.belay.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final List<String> happened = new ArrayList<>();

  @Test
  void thingsHappenByTimeAndThenInTheOrderInWhichTheyWereAskedFor() {
    time.afterMillis(2, () -> happened.add("c"));
    time.afterMillis(1, () -> happened.add("a"));
    time.afterMillis(1, () -> happened.add("b"));

    time.run(() -> false, 10_000_000);

    assertThat(happened).containsExactly("a", "b", "c");
    assertThat(time.millis()).isEqualTo(10);
  }

  @Test
  void whatIsLaterStaysForLater() {
    time.afterMillis(5, () -> happened.add("later"));

    assertThat(time.run(() -> !happened.isEmpty(), 4_000_000)).isFalse();
    assertThat(happened).isEmpty();
    assertThat(time.run(() -> !happened.isEmpty(), 6_000_000)).isTrue();
    assertThat(time.millis()).isEqualTo(5);
  }

  @Test
  void theHashIsOfTimesAndWords() {
    Trace one = new Trace(time, happened::add);
    Trace other = new Trace(time, line -> {});
    one.line("a", "x");
    other.line("a", "x");
    assertThat(one.hash()).isEqualTo(other.hash());

    time.run(() -> false, 1_500_000);
    one.line("a", "y");
    assertThat(one.hash()).isNotEqualTo(other.hash());
    assertThat(happened).containsExactly("      0.000 a           x", "      1.500 a           y");
  }
}

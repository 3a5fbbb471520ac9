package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @Test
  void units() {
    assertThat(Durations.parse("100ms")).isEqualTo(Duration.ofMillis(100));
    assertThat(Durations.parse("2s")).isEqualTo(Duration.ofSeconds(2));
    assertThat(Durations.parse("1.5m")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Durations.parse("6h")).isEqualTo(Duration.ofHours(6));
    assertThat(Durations.parse("1d")).isEqualTo(Duration.ofDays(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "0s", "-1s", "1w", "auto"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).hasMessageContaining("such as 100ms");
  }

  @Test
  void anIntervalMayBeAuto() {
    assertThat(Durations.parseInterval("auto")).isZero();
  }

  @Test
  void roughly() {
    assertThat(Durations.rough(Duration.ZERO)).isEqualTo("1 s");
    assertThat(Durations.rough(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(Durations.rough(Duration.ofSeconds(150))).isEqualTo("3 min");
  }
}

package dev.belay.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
  @Test
  void units() {
    assertThat(Size.parse("1KB")).isEqualTo(1_000);
    assertThat(Size.parse("64mb")).isEqualTo(64_000_000);
    assertThat(Size.parse("2GB")).isEqualTo(2_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "MB", "-1MB", "1.5MB", "1TB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Size.parse(text)).hasMessageContaining("such as 64MB");
  }
}

package dev.belay.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
  @Test
  void aSizeIsBytesOrHasAUnit() {
    assertThat(Sizes.bytes("--cache", "0")).isZero();
    assertThat(Sizes.bytes("--cache", "4096")).isEqualTo(4096);
    assertThat(Sizes.bytes("--cache", "500MiB")).isEqualTo(500L << 20);
    assertThat(Sizes.bytes("--cache", "20g")).isEqualTo(20L << 30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5g", "ten", "5 parsecs", "999999999999t", "1234567890123"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Sizes.bytes("--cache", text))
        .isInstanceOf(CliException.class)
        .hasMessageStartingWith("--cache " + text);
  }
}

package dev.belay.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CountedTest {
  @Test
  void oneIsNotSeveral() {
    assertThat(Counted.of(0, "object")).isEqualTo("0 objects");
    assertThat(Counted.of(1, "object")).isEqualTo("1 object");
    assertThat(Counted.of(2, "object")).isEqualTo("2 objects");
    assertThat(Counted.of(-1, "object")).isEqualTo("18446744073709551615 objects");
    assertThat(Counted.of(1, "object is bad", "objects are bad")).isEqualTo("1 object is bad");
    assertThat(Counted.of(11, "object is bad", "objects are bad")).isEqualTo("11 objects are bad");
  }
}

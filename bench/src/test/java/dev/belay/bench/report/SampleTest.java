package dev.belay.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Test
  void oddAndEvenMedians() {
    assertThat(Sample.of(5, 1, 3).median()).isEqualTo(3);
    assertThat(Sample.of(4, 1, 3, 2).median()).isEqualTo(2.5);
  }

  @Test
  void theNinetiethOfTenIsTheSecondLargest() {
    Sample sample = Sample.of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);

    assertThat(sample.quantile(0.9)).isEqualTo(9);
    assertThat(sample.quantile(0)).isEqualTo(1);
    assertThat(sample.quantile(1)).isEqualTo(10);
    assertThat(sample.min()).isEqualTo(1);
    assertThat(sample.max()).isEqualTo(10);
  }

  @Test
  void oneValueIsAllOfThem() {
    Sample sample = Sample.of(List.of(7));

    assertThat(sample.median()).isEqualTo(7);
    assertThat(sample.quantile(0.9)).isEqualTo(7);
  }

  @Test
  void nothingIsNoSample() {
    assertThatThrownBy(() -> Sample.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}

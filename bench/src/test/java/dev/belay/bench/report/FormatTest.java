package dev.belay.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NANOS          | 1.4362     | 1.44 ns
          NANOS          | 999.6      | 1.00 µs
          NANOS          | 123456     | 123 µs
          NANOS          | 45678901   | 45.7 ms
          NANOS          | 3.6e12     | 3600 s
          MILLIS         | 1234.5     | 1,235 ms
          BYTES_A_SECOND | 650e6      | 650 MB/s
          BYTES_A_SECOND | 21.8e9     | 21.8 GB/s
          A_SECOND       | 84.92      | 84.9/s
          A_SECOND       | 123456     | 123,000/s
          A_SECOND       | 999999     | 1,000,000/s
          RATIO          | 0.897      | 0.90
          PERCENT        | 0.0297     | 2.97 %
          COUNT          | 1000       | 1,000
          """)
  void figuresHaveAUnitAndNoMoreDigitsThanTheyAreWorth(Format format, double value, String text) {
    assertThat(format.text(value)).isEqualTo(text);
  }
}

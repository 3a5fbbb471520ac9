package dev.belay.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** How far a long look has come: shown to a person who waits, and to nobody else. */
class GaugeTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long millis = 1_000_000;

  private Gauge gauge(boolean person, long total) {
    Output output =
        new Output(
            OutputStream.nullOutputStream(),
            UTF_8,
            new PrintStream(err, true, UTF_8),
            new Terminal(false, person, false, 60),
            false);
    return new Gauge(output, "verifying", total, () -> millis);
  }

  /** What was drawn since this was last asked, each time over what was there. */
  private String drawn() {
    String text = err.toString(UTF_8);
    err.reset();
    return text;
  }

  @Test
  void whatIsOverSoonIsNotShown() {
    try (Gauge gauge = gauge(true, 10)) {
      millis += 1_999;
      gauge.at(5);
    }
    assertThat(drawn()).isEmpty();
  }

  @Test
  void aLineIsDrawnAfterTwoSecondsNotTooOftenAndTakenAway() {
    Gauge gauge = gauge(true, 4);
    gauge.read(1_000_000);
    millis += 2_000;
    gauge.at(1);
    assertThat(drawn())
        .startsWith("\r\u001b[K")
        .contains(
            "verifying [=====               ]",
            Human.share(1, 4),
            Human.bytes(1_000_000) + " read");

    millis += 199;
    gauge.at(2);
    assertThat(drawn()).as("so soon after the last").isEmpty();
    millis += 1;
    gauge.at(1);
    assertThat(drawn()).as("never back").contains("[==========          ]");

    gauge.close();
    assertThat(drawn()).isEqualTo("\r\u001b[K");
    gauge.close();
    assertThat(drawn()).isEmpty();
  }

  @Test
  void bytesAreWhatCountsWhereNothingElseIs() {
    Gauge gauge = gauge(true, 400);
    millis += 5_000;
    gauge.more(100);
    assertThat(drawn()).contains("[=====               ]");
    millis += 5_000;
    gauge.more(300);
    assertThat(drawn()).contains("[====================]");
    assertThat(gauge.bytes()).isEqualTo(400);
  }

  @Test
  void withoutATotalThereIsNoBar() {
    Gauge gauge = gauge(true, 0);
    millis += 5_000;
    gauge.read(5_000_000);
    assertThat(drawn())
        .contains("verifying", Human.bytes(5_000_000) + " read")
        .doesNotContain("[=", "%");
  }

  @Test
  void nothingIsDrawnWhereNobodyReads() {
    try (Gauge gauge = gauge(false, 10)) {
      millis += 60_000;
      gauge.at(5);
      gauge.more(100);
      assertThat(gauge.bytes()).isEqualTo(100);
    }
    assertThat(drawn()).isEmpty();
  }
}

package dev.belay.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

/** A task's last log lines, and no more memory than those take. */
class LastLinesTest {
  private final LoggerContext context = new LoggerContext();
  private final LastLines lines = new LastLines();

  private void log(String thread, String message) {
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("com.acme.Miner"), Level.INFO, message, null, null);
    event.setThreadName(thread);
    lines.append((ILoggingEvent) event);
  }

  @Test
  void theLastTwentyOfEachThreadAreKeptInOrder() {
    for (int i = 0; i < 100; i++) {
      log("belay-dig-1-p3-e1.7", "step " + i);
    }
    log("belay-dig-1-p4-e1.8", "other");
    assertThat(lines.lastLines("belay-dig-1-p3-e1.7")).hasSize(20);
    assertThat(lines.lastLines("belay-dig-1-p3-e1.7").get(0)).endsWith("INFO  Miner: step 80");
    assertThat(lines.lastLines("belay-dig-1-p3-e1.7").get(19)).endsWith("step 99");
    assertThat(lines.lastLines("belay-dig-1-p4-e1.8")).singleElement().asString().contains("other");
  }

  @Test
  void aLineIsOneLineAndNotLong() {
    log("belay-dig-1-p3-e1.7", "a\nb" + "x".repeat(10_000));
    assertThat(lines.lastLines("belay-dig-1-p3-e1.7").get(0))
        .hasSizeLessThanOrEqualTo(500)
        .doesNotContain("\n");
  }

  @Test
  void whoHasEndedAndWhoIsNoTaskIsNotKept() {
    log("main", "x");
    log("belay-dig-1-p3-e1.7", "x");
    lines.forget("belay-dig-1-p3-e1.7");
    assertThat(lines.lastLines("main")).isEmpty();
    assertThat(lines.lastLines("belay-dig-1-p3-e1.7")).isEmpty();
  }

  @Test
  void threadsThatNobodyForgetsDoNotPileUp() {
    for (int i = 0; i < 5_000; i++) {
      log("belay-t" + i, "x");
    }
    assertThat(lines.lastLines("belay-t0")).isEmpty();
    assertThat(lines.lastLines("belay-t4999")).hasSize(1);
  }
}

package dev.belay.jobs.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How quantities, tables and progress look. */
final class ViewTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "1048575, 1.00 MiB",
    "3565158, 3.40 MiB",
    "-1, 16.0 EiB"
  })
  void bytes(long bytes, String text) {
    assertThat(Human.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "999, 999 ms",
    "1999, 1.9 s",
    "59999, 59 s",
    "60000, 1 min",
    "3599999, 59 min 59 s",
    "7260000, 2 h 1 min",
    "90000000, 1 d 1 h"
  })
  void durations(long millis, String text) {
    assertThat(Human.duration(millis)).isEqualTo(text);
  }

  @Test
  void nothingIsAtAHundredPercentBeforeItsEnd() {
    assertThat(Human.share(999, 1000)).isEqualTo("99 %");
    assertThat(Human.share(1000, 1000)).isEqualTo("100 %");
    assertThat(Human.share(5, 0)).isEmpty();
  }

  @Test
  void aTableIsAlignedAndCutsTextAloneWhereItIsNarrow() {
    Table table = new Table(Column.word("ID"), Column.text("NAME"), Column.number("COUNT"));
    table.row("job-1", "a name of some length", 7);
    table.row("job-12", "x", 12345);

    assertThat(table.lines(0))
        .containsExactly(
            "ID      NAME                   COUNT",
            "job-1   a name of some length      7",
            "job-12  x                      12345");
    List<String> narrow = table.lines(24);
    assertThat(narrow).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(24));
    assertThat(narrow.get(1)).startsWith("job-1   a name").endsWith("7").contains("..");
  }

  @Test
  void aNoteThatDoesNotFitStandsBelowItsRowAndIsWhole() {
    Table table = new Table(Column.word("ID"), Column.text("HOST"), Column.note("REASON"));
    table.row("w1", "a-host-of-some-length", "a long stall; half of its memory is used");
    table.row("w2", "other", "");

    assertThat(table.lines(0).get(1)).endsWith("length  a long stall; half of its memory is used");
    assertThat(table.lines(30))
        .containsExactly(
            "ID  HOST",
            "w1  a-host-of-some-length",
            "    a long stall; half of its",
            "    memory is used",
            "w2  other");
  }

  @Test
  void aCellCannotBreakTheTable() {
    Table table = new Table(Column.text("NAME"));
    table.row("two\nlines\u001b[31m");

    assertThat(table.lines(0)).hasSize(2);
    assertThat(table.lines(0).get(1)).isEqualTo("two lines [31m");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 30, 40, 60, 80, 200})
  void theProgressLineNeverWraps(int columns) {
    Screen screen = new Screen(columns);
    for (int done = 0; done <= 100; done += 10) {
      screen.millis.addAndGet(1000);
      screen.progress.show(job(done));
    }

    assertThat(screen.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
    assertThat(screen.lastDrawn()).contains("nightly");
  }

  @Test
  void aWideProgressLineSaysHowFarAndHowLong() {
    Screen screen = new Screen(120);
    screen.progress.show(job(0));
    screen.millis.addAndGet(4000);
    screen.progress.show(job(40));

    assertThat(screen.lastDrawn())
        .contains("nightly running [", "=>", "40 %", "4.0 s", "6.0 s left", "1/4 partitions");
  }

  @Test
  void eventsStayAboveTheProgressLine() {
    Screen screen = new Screen(80);
    screen.progress.show(job(10));
    screen.progress.event("worker w2 died");
    screen.progress.close();

    String drawn = screen.bytes.toString(StandardCharsets.UTF_8);
    assertThat(drawn).contains("\r\u001b[Kworker w2 died" + System.lineSeparator() + "nightly");
    assertThat(drawn).endsWith("\r\u001b[K");
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    assertThat(Terminal.of("12", Map.of()).colours()).isTrue();
    assertThat(Terminal.of("12", Map.of("NO_COLOR", "1")).colours()).isFalse();
    assertThat(Terminal.of("12", Map.of("TERM", "dumb")).err()).isFalse();
    assertThat(Terminal.of("1", Map.of()).err()).isFalse();
    assertThat(Terminal.of("2", Map.of("COLUMNS", "5")).columns()).isEqualTo(20);
  }

  private static JobSummary job(int done) {
    return JobSummary.newBuilder()
        .setName("nightly")
        .setState(JobState.JOB_RUNNING)
        .setPartitions(4)
        .setSucceeded(1)
        .setRunning(3)
        .setProgress(Progress.newBuilder().setDone(done).setTotal(100))
        .build();
  }

  private static final class Screen {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final AtomicLong millis = new AtomicLong();
    final TerminalProgress progress;

    Screen(int columns) {
      progress =
          new TerminalProgress(
              new PrintStream(bytes, true, StandardCharsets.UTF_8),
              new Terminal(true, true, false, columns),
              millis::get);
    }

    List<String> lines() {
      return List.of(bytes.toString(StandardCharsets.UTF_8).replace("\u001b[K", "").split("\r"));
    }

    String lastDrawn() {
      List<String> lines = lines();
      return lines.get(lines.size() - 1);
    }
  }
}

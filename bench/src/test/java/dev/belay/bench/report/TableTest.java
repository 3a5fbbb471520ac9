package dev.belay.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void wordsStandToTheLeftAndNumbersToTheRight() {
    Table table =
        Table.titled("Rates")
            .column("step", "step", Format.TEXT)
            .column("rate", "a second", Format.A_SECOND)
            .column("nanos", "time", Format.NANOS)
            .row("pack", 1_234_567.0, 999.0)
            .row("a longer one", 5.0, null)
            .note("noted")
            .build();

    assertThat(table.lines())
        .containsExactly(
            "Rates",
            "  step             a second    time",
            "  pack          1,230,000/s  999 ns",
            "  a longer one       5.00/s       -",
            "  noted");
  }

  @Test
  void aRowThatLacksAValueIsRefused() {
    Table.Builder table =
        Table.titled("t").column("a", "a", Format.TEXT).column("b", "b", Format.TEXT).row("x");

    assertThatThrownBy(table::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 values for 2 columns");
  }
}

package dev.belay.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.bench.report.Table;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  @Test
  void timesBesideTheirGoalsAndCountsBelow() {
    Measures measures = new Measures();
    measures.goal("total", 800);
    measures.goal("never happened", 10);
    for (long millis : new long[] {400, 500, 900, 600}) {
      measures.millis("total", OptionalLong.of(millis));
    }
    measures.millis("never seen", OptionalLong.empty());
    measures.count("restarted", 2);
    measures.count("restarted", 3);
    measures.count("disturbed", 0);

    Table table = measures.table("t");

    assertThat(table.rows()).hasSize(1);
    assertThat(table.rows().get(0))
        .containsExactly("total", 400.0, 550.0, 900.0, 900.0, 800L, "3 of 4");
    assertThat(table.notes()).containsExactly("restarted: 2 to 3", "disturbed: 0");
  }
}

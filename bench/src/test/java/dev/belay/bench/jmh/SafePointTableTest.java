package dev.belay.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafePointTableTest {
  private static Score score(String method, double... nanos) {
    return new Score(method, Map.of(), Sample.of(nanos));
  }

  @Test
  void theShareIsThatOfTheSameLoopWithout() {
    Table table =
        SafePointTable.of(
            List.of(
                score("fieldsPlain", 2.0),
                score("fieldsCheckpoint", 4.0),
                score("fieldsCheckpointProgress", 5.0),
                score("localsPlain", 1.4, 1.8, 1.6),
                score("localsCheckpoint", 1.6, 1.5, 1.7),
                score("localsCheckpointProgress", 2.0)));

    assertThat(table.rows().get(1)).contains(1.6 / 1.6, 1.4 / 1.5, ">= 0.9: met");
    assertThat(table.rows().get(2)).contains(1.6 / 2.0, ">= 0.9: missed");
    assertThat(table.rows().get(4)).contains(0.5, ">= 0.9: missed");
  }
}

package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulateCommandTest {
  @Test
  void manySchedulesAreSummedUp() {
    Ran ran = belay("simulate", "--seeds", "1..10", "-j", "2");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("worker killed", "10 schedules passed");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void aScheduleIsTheSameEachTime() {
    JsonNode one = belay("simulate", "--seed", "5", "--json").json();
    JsonNode other = belay("simulate", "--seed", "5", "--json").json();

    assertThat(one).isEqualTo(other);
    assertThat(one.get("passed").booleanValue()).isTrue();
    assertThat(one.get("trace").textValue()).matches("[0-9a-f]{16}");
  }

  @Test
  void theTraceIsPrinted() {
    Ran ran = belay("simulate", "--seed", "6", "--trace", "--faults", "none");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("coordinator starts, with 0 records", "SUCCEEDED", "passed");
  }

  @Test
  void predictionsAreMeasured() {
    Ran ran = belay("simulate", "--predictions", "--seeds", "1..2");
    JsonNode json = belay("simulate", "--predictions", "--seeds", "1..2", "--json").json();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("memory leaks", "FALSE ALARMS", "2 clusters of 40 workers");
    assertThat(json.get("caught").intValue()).isPositive();
    assertThat(json.get("leadLeastMillis").longValue()).isGreaterThanOrEqualTo(5_000);
    assertThat(json.get("leadMedianMillis").longValue())
        .isGreaterThanOrEqualTo(json.get("leadLeastMillis").longValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "simulate --seeds 5..x",
        "simulate --seeds 5..4",
        "simulate --seed 1 --seeds 1..2",
        "simulate --trace",
        "simulate -j 0",
        "simulate --faults nonsense",
        "simulate --workers 27",
        "simulate --predictions --trace",
        "simulate --predictions --faults none",
        "simulate --predictions --seeds 2..1",
      })
  void wrongUsageIsOneLine(String words) {
    Ran ran = belay(words.split(" "));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines()).hasSize(1);
  }
}

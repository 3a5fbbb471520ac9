package dev.belay.jobs.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrimesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "2, 1",
    "3, 2",
    "4, 2",
    "5, 3",
    "6, 3",
    "7, 4",
    "10, 4",
    "29, 10",
    "30, 10",
    "31, 11",
    "59, 17",
    "60, 17",
    "61, 18",
    "100, 25",
    "1e6, 78498",
    "1e8, 5761455"
  })
  void countsFromTinyNumbersOn(String upTo, long expected) throws Exception {
    assertThat(harness(upTo, 0, 0).run()).isEqualTo(Map.of("count", expected));
    assertThat(harness(upTo, 0, 0).partitions(7).run()).isEqualTo(Map.of("count", expected));
  }

  @Test
  void crashesAndCutsChangeNothing() throws Exception {
    int crashes = 0;
    int cuts = 0;
    for (long seed = 1; seed <= 30; seed++) {
      Random random = new Random(seed);
      String upTo = "" + (5_000_000 + random.nextInt(15_000_000));
      Map<String, Object> expected = harness(upTo, 0, 0).partitions(1).run();
      JobHarness crashing = harness(upTo, seed, 20).partitions(1 + random.nextInt(5));
      assertThat(crashing.run()).as("seed %d", seed).isEqualTo(expected);
      crashes += crashing.crashes();
      cuts += crashing.cuts();
    }
    assertThat(crashes).isGreaterThan(20);
    assertThat(cuts).isGreaterThan(5);
  }

  @Test
  void partitionsGoBySizeUnlessAskedFor() throws Exception {
    assertThat(harness("100", 0, 0).plan()).hasSize(1);
    assertThat(harness("1e8", 0, 0).plan()).hasSize(8);
    assertThat(harness("1e11", 0, 0).plan()).hasSize(100);
    assertThat(harness("1e13", 0, 0).plan()).hasSize(4096);
    assertThat(harness("1e9", 0, 0).partitions(3).plan()).hasSize(3);
    assertThat(harness("100", 0, 0).partitions(50).plan()).hasSize(4);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (String upTo : List.of("-1", "10000000000001", "1e14", "many", "1.5", "")) {
      assertThatThrownBy(() -> Parameters.of(new Primes(), Map.of("upTo", upTo)))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("upTo=" + upTo);
    }
  }

  @Test
  void theReadyMadeJobsAreFoundByName() {
    assertThat(ServiceLoader.load(Job.class))
        .extracting(Job::name)
        .contains("primes", "wordcount")
        .doesNotHaveDuplicates();
  }

  private static JobHarness harness(String upTo, long seed, int crashes) {
    return new JobHarness(new Primes(1000), Map.of("upTo", upTo), new Random(seed), crashes);
  }
}

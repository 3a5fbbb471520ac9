package dev.belay.jobs.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.simulation.cluster.Seams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The same seed is the same schedule, to the last event, on every JDK: the hashes in the file were
 * made on one and hold on the others.
 */
final class TraceTest {
  @Test
  void aSeedAlwaysMakesTheSameTrace() throws IOException {
    StringBuilder hashes = new StringBuilder();
    for (long seed = 1; seed <= 20; seed++) {
      Outcome outcome = Simulation.run(seed, Options.DEFAULT);
      hashes.append(seed).append(' ').append(outcome.hashText()).append('\n');
    }

    Golden.compare("hashes.txt", hashes.toString());
  }

  @Test
  void twiceIsTheSameLineByLine() {
    for (long seed = 100; seed < 110; seed++) {
      assertThat(lines(seed)).isEqualTo(lines(seed));
    }
  }

  private static List<String> lines(long seed) {
    List<String> lines = new ArrayList<>();
    Outcome outcome = Simulation.run(seed, Options.DEFAULT, new Seams(), lines::add);
    lines.add(outcome.hashText());
    return lines;
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Hello;
import org.junit.jupiter.api.Test;

/** Each worker is looked at when its turn comes, once, and nobody else is. */
class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines();
  private final WorkerRecord a = worker("a");
  private final WorkerRecord b = worker("b");

  private static WorkerRecord worker(String name) {
    return WorkerRecord.joined(Hello.newBuilder().setName(name).build(), new Rhythm(2, 5));
  }

  @Test
  void onlyWhatIsDueIsLookedAtAndOnce() {
    deadlines.by(a, 10);
    deadlines.by(b, 20);
    assertThat(deadlines.due(9)).isEmpty();
    assertThat(deadlines.due(10)).containsExactly(a);
    assertThat(deadlines.due(15)).isEmpty();
    assertThat(deadlines.due(30)).containsExactly(b);
    assertThat(deadlines.due(30)).isEmpty();
  }

  @Test
  void theEarliestOfTwoCountsAndTheOtherIsForgotten() {
    deadlines.by(a, 20);
    deadlines.by(a, 10);
    deadlines.by(a, 30);
    assertThat(deadlines.due(10)).containsExactly(a);
    assertThat(deadlines.due(100)).isEmpty();
  }

  @Test
  void whoIsLookedAtMayBeLookedAtAgain() {
    deadlines.by(a, 10);
    assertThat(deadlines.due(10)).containsExactly(a);
    deadlines.by(a, 12);
    assertThat(deadlines.due(12)).containsExactly(a);
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.coordinator.core.History.Transition;
import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.PartitionState;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of a task's life: all of it is lived, and nothing else is. */
class LifecycleTest {
  private static Set<Transition> table() {
    Set<Transition> all = new HashSet<>();
    Lifecycle.table()
        .forEach((from, row) -> row.keySet().forEach(step -> all.add(new Transition(from, step))));
    return all;
  }

  @Test
  void everyTransitionIsVisitedAndNoOther() {
    assertThat(Lives.ALL.tasks()).containsExactlyInAnyOrderElementsOf(table());
  }

  @Test
  void whatIsNotInTheTableIsABug() {
    for (PartitionState from : PartitionState.values()) {
      for (Step step : Step.values()) {
        if (!table().contains(new Transition(from, step))) {
          assertThatThrownBy(() -> Lifecycle.next(from, step))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(from.name())
              .hasMessageContaining(step.name());
        }
      }
    }
  }

  @Test
  void whatHasSucceededStaysAsItIs() {
    assertThat(Lifecycle.table().keySet()).doesNotContain(PartitionState.PARTITION_SUCCEEDED);
  }
}

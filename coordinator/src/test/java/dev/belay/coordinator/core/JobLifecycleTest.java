package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.coordinator.core.JobHistory.Transition;
import dev.belay.runtime.proto.JobState;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of a job's life: all of it is lived, and nothing else is. */
class JobLifecycleTest {
  private static Set<Transition> table() {
    Set<Transition> all = new HashSet<>();
    JobLifecycle.table()
        .forEach(
            (from, row) ->
                row.forEach(
                    (step, states) ->
                        states.forEach(to -> all.add(new Transition(from, step, to)))));
    return all;
  }

  @Test
  void everyTransitionIsVisitedAndNoOther() {
    assertThat(Lives.ALL.jobs()).containsExactlyInAnyOrderElementsOf(table());
  }

  @Test
  void whatIsNotInTheTableIsABug() {
    assertThatThrownBy(
            () ->
                JobLifecycle.next(
                    JobState.JOB_SUCCEEDED, JobLifecycle.Step.RETRIED, JobState.JOB_RUNNING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("JOB_SUCCEEDED");
    assertThatThrownBy(
            () ->
                JobLifecycle.next(
                    JobState.JOB_PUBLISHING, JobLifecycle.Step.ADVANCED, JobState.JOB_RUNNING))
        .isInstanceOf(IllegalStateException.class);
  }
}

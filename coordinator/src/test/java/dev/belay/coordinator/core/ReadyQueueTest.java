package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which partitions of a job wait, in which order, and for what. */
class ReadyQueueTest {
  private static final int SIZE = 5;

  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private final ReadyQueue queue = new ReadyQueue(SIZE);
  private String job = "";

  @BeforeEach
  void tasks() {
    job = cluster.submit(TestCluster.spec());
    a.plans(SIZE + 1);
  }

  private TaskRecord task(int index) {
    return cluster.partition(job, index);
  }

  private List<Integer> inOrder() {
    List<Integer> all = new ArrayList<>();
    for (int at = queue.first(); at >= 0; at = queue.after(at)) {
      all.add(at);
    }
    assertThat(queue.ready()).isEqualTo(all.size());
    return all;
  }

  private void returned(int index, long notBefore) {
    task(index).notBeforeMillis = notBefore;
    queue.returned(task(index));
  }

  @Test
  void allWaitByIndexAndThoseGivenBackComeFirst() {
    assertThat(inOrder()).containsExactly(0, 1, 2, 3, 4);
    queue.assigned(task(0));
    queue.assigned(task(1));
    assertThat(inOrder()).containsExactly(2, 3, 4);
    returned(1, 0);
    assertThat(inOrder()).containsExactly(1, 2, 3, 4);
    assertThat(queue.count()).isEqualTo(4);
    queue.assigned(task(1));
    assertThat(inOrder()).containsExactly(2, 3, 4);
  }

  @Test
  void whatIsSkippedGoesOnWaiting() {
    queue.assigned(task(3));
    assertThat(inOrder()).containsExactly(0, 1, 2, 4);
    queue.assigned(task(1));
    assertThat(inOrder()).containsExactly(0, 2, 4);
    assertThat(queue.after(0)).isEqualTo(2);
    assertThat(queue.after(2)).isEqualTo(4);
    assertThat(queue.after(4)).isEqualTo(-1);
  }

  @Test
  void theLastOneIsFollowedByNone() {
    for (int i = 0; i < SIZE; i++) {
      queue.assigned(task(i));
    }
    assertThat(queue.first()).isEqualTo(-1);
    assertThat(queue.count()).isZero();
    returned(0, 0);
    returned(4, 0);
    assertThat(inOrder()).containsExactly(0, 4);
  }

  @Test
  void aWaitIsOverAtItsTimeAndNotBefore() {
    queue.assigned(task(0));
    queue.assigned(task(1));
    assertThat(queue.nextMillis()).isEqualTo(Long.MAX_VALUE);
    returned(1, 1_000);
    returned(0, 2_000);
    assertThat(queue.nextMillis()).isEqualTo(1_000);
    assertThat(queue.count()).isEqualTo(5);
    queue.pass(999, 66_000);
    assertThat(inOrder()).containsExactly(2, 3, 4);
    queue.pass(1_000, 66_000);
    assertThat(inOrder()).containsExactly(1, 2, 3, 4);
    assertThat(queue.nextMillis()).isEqualTo(2_000);
    queue.assigned(task(0));
    assertThat(queue.nextMillis()).as("assigned before its time").isEqualTo(Long.MAX_VALUE);
    assertThat(queue.count()).isEqualTo(4);
  }

  @Test
  void aWaitLongerThanAnyEverSetIsOver() {
    queue.assigned(task(0));
    queue.assigned(task(1));
    returned(0, 70_000);
    returned(1, 70_001);
    queue.pass(4_000, 66_000);
    assertThat(inOrder()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void whatRunsAloneStandsApart() {
    queue.assigned(task(2));
    assertThat(queue.hasAlone()).isFalse();
    task(2).lossesWithoutProgress = 2;
    returned(2, 0);
    assertThat(queue.hasAlone()).isTrue();
    assertThat(queue.alone()).containsExactly(2);
    assertThat(inOrder()).containsExactly(0, 1, 3, 4);
    assertThat(queue.count()).isEqualTo(5);
    queue.assigned(task(2));
    assertThat(queue.hasAlone()).isFalse();
    assertThat(queue.count()).isEqualTo(4);
  }

  @Test
  void oneMoreWaitsAfterAllOthers() {
    queue.assigned(task(4));
    queue.grow(task(5));
    assertThat(inOrder()).containsExactly(0, 1, 2, 3, 5);
  }

  @Test
  void oneMoreThatRunsAloneStandsApartFromTheStart() {
    queue.assigned(task(0));
    task(5).lossesWithoutProgress = 2;
    queue.grow(task(5));
    assertThat(inOrder()).containsExactly(1, 2, 3, 4);
    assertThat(queue.alone()).containsExactly(5);
    assertThat(queue.count()).isEqualTo(5);
  }

  @Test
  void whatWasNeverAssignedIsNotGivenBack() {
    queue.assigned(task(0));
    assertThatThrownBy(() -> queue.returned(task(1))).hasMessageContaining("partition 1");
  }

  @Test
  void nothingOfAnEndedJobWaits() {
    queue.assigned(task(0));
    queue.assigned(task(1));
    queue.assigned(task(2));
    returned(0, 0);
    returned(1, 1_000);
    task(2).lossesWithoutProgress = 2;
    returned(2, 0);
    queue.clear();
    assertThat(inOrder()).isEmpty();
    assertThat(queue.count()).isZero();
    assertThat(queue.hasAlone()).isFalse();
    assertThat(queue.nextMillis()).isEqualTo(Long.MAX_VALUE);
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job is described in pages of partitions: each of them once, in order, at any size. */
class PagesTest {
  /** What gRPC takes as one message unless told otherwise. */
  private static final int MESSAGE_BYTES = 4 << 20;

  private final TestCluster cluster = new TestCluster().unchecked();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);
  private final String job = cluster.submit(TestCluster.spec());

  private DescribeJobRequest.Builder page(int from, int limit) {
    return DescribeJobRequest.newBuilder().setJob(job).setFromPartition(from).setLimit(limit);
  }

  private static List<Integer> indexes(JobDescription page) {
    return page.getPartitionsList().stream().map(PartitionDescription::getIndex).toList();
  }

  /** Asks page after page, and looks at each. */
  private List<Integer> all(DescribeJobRequest.Builder request, Runnable between) {
    List<Integer> indexes = new ArrayList<>();
    while (true) {
      JobDescription page = cluster.describe(request);
      indexes.addAll(indexes(page));
      if (!page.hasNextPartition()) {
        return indexes;
      }
      assertThat(page.getNextPartition()).isGreaterThan(request.getFromPartition());
      request.setFromPartition(page.getNextPartition());
      between.run();
    }
  }

  private List<Integer> all(DescribeJobRequest.Builder request) {
    return all(request, () -> {});
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void aJobWithoutPartitionsIsOneEmptyPage() {
    JobDescription planning = cluster.describe(page(0, 10));
    assertThat(planning.getPartitionsList()).isEmpty();
    assertThat(planning.hasNextPartition()).isFalse();
    a.plans(0);
    assertThat(all(page(0, 10))).isEmpty();
  }

  @Test
  void exactlyAPageHasNoNextOne() {
    a.plans(10);
    assertThat(cluster.describe(page(0, 10)).hasNextPartition()).isFalse();
    JobDescription nine = cluster.describe(page(0, 9));
    assertThat(indexes(nine)).isEqualTo(upTo(9));
    assertThat(nine.getNextPartition()).isEqualTo(9);
    assertThat(indexes(cluster.describe(page(9, 9)))).containsExactly(9);
  }

  @Test
  void everyPartitionIsOnOnePage() {
    a.plans(10);
    for (int limit = 1; limit <= 11; limit++) {
      assertThat(all(page(0, limit))).isEqualTo(upTo(10));
    }
  }

  @Test
  void behindTheLastThereIsNothing() {
    a.plans(10);
    for (int from : new int[] {10, 11, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      JobDescription page = cluster.describe(page(from, 5));
      assertThat(page.getPartitionsList()).isEmpty();
      assertThat(page.hasNextPartition()).isFalse();
    }
  }

  @Test
  void whatIsCutOffBetweenTwoPagesIsOnALaterOne() {
    a.plans(4);
    List<Integer> seen = all(page(0, 3), () -> a.says(a.split(a.partition(0))));
    assertThat(seen).isEqualTo(upTo(5));
  }

  @Test
  void aPageHasALimitWhateverIsAskedFor() {
    a.plans(30_000);
    assertThat(indexes(cluster.describe(page(0, 0)))).isEqualTo(upTo(1_000));
    assertThat(indexes(cluster.describe(page(0, 1_000_000)))).isEqualTo(upTo(10_000));
    assertThat(cluster.describe(page(0, -1)).getPartitionsCount()).isEqualTo(1_000);
    assertThat(all(page(0, 1_000_000))).isEqualTo(upTo(30_000));
  }

  @Test
  void whatRunsIsFoundAtOnceAmongAMillion() {
    a.plans(30_000);
    for (int i = 0; i < 12_000; i++) {
      a.says(TestWorker.completed(a.holds.keySet().iterator().next()));
    }
    JobDescription running =
        cluster.describe(page(0, 10).addStates(PartitionState.PARTITION_RUNNING));
    JobDescription assigned =
        cluster.describe(page(0, 10).addStates(PartitionState.PARTITION_PENDING));
    assertThat(running.hasNextPartition()).isFalse();
    assertThat(running.getPartitionsCount()).isEqualTo(2);
    assertThat(running.getPartitionsList()).allMatch(it -> it.getWorker().equals("a"));
    // Found among all: some pages may be empty, and say where to go on.
    assertThat(assigned.getPartitionsList()).isEmpty();
    assertThat(all(page(0, 10_000).addStates(PartitionState.PARTITION_PENDING))).hasSize(17_998);
    assertThat(all(page(0, 10_000).addStates(PartitionState.PARTITION_SUCCEEDED))).hasSize(12_000);
  }

  @Test
  void whoFailedIsFoundByItsError() {
    a.plans(30_000);
    assertThat(all(page(0, 10).setTroubled(true))).isEmpty();
    a.says(TestWorker.failed(a.partition(1), Failed.Kind.APPLICATION));
    JobDescription troubled = cluster.describe(page(0, 10).setTroubled(true));
    assertThat(troubled.getPartitionsList())
        .singleElement()
        .matches(it -> it.getIndex() == 1 && !it.getError().isEmpty());
    assertThat(all(page(0, 10).addStates(PartitionState.PARTITION_RECOVERING))).hasSize(1);
  }

  @Test
  void recoveriesAreOnTheFirstPage() {
    a.plans(10);
    a.says(TestWorker.failed(a.partition(0), Failed.Kind.APPLICATION));
    a.says(TestWorker.failed(a.partition(1), Failed.Kind.APPLICATION));
    assertThat(cluster.describe(page(0, 2)).getRecoveriesCount()).isEqualTo(2);
    assertThat(cluster.describe(page(2, 2)).getRecoveriesCount()).isZero();
    assertThat(cluster.describe(page(2, 2).setRecoveries(5)).getRecoveriesCount()).isEqualTo(2);
    assertThat(cluster.describe(page(0, 2).setRecoveries(0)).getRecoveriesCount()).isZero();
    assertThat(cluster.describe(page(0, 2).setRecoveries(1)).getRecoveriesList())
        .isEqualTo(cluster.describe(page(0, 2)).getRecoveriesList().subList(1, 2));
  }

  @Test
  @Timeout(60)
  void anAnswerOfAMillionPartitionsFitsAMessage() {
    a.plans(1_000_000);
    JobDescription whole = cluster.describe(DescribeJobRequest.newBuilder().setJob(job));
    assertThat(whole.getPartitionsCount()).isEqualTo(1_000);
    assertThat(whole.getSummary().getPartitions()).isEqualTo(1_000_000);
    assertThat(cluster.describe(page(0, Integer.MAX_VALUE)).getSerializedSize())
        .isLessThan(MESSAGE_BYTES);
    assertThat(all(page(0, 10_000))).hasSize(1_000_000);
  }
}

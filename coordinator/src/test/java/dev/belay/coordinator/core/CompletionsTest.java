package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What whoever publishes a job is told of its partitions. */
class CompletionsTest {
  private final TestCluster cluster = new TestCluster();

  private static Report.Builder completed(Lease lease, String text) {
    Report.Builder report = TestWorker.completed(lease);
    report.getCompletedBuilder().setResult(result(text)).addSegments(segment(text));
    return report;
  }

  private static Result result(String text) {
    return Result.newBuilder()
        .addFields(Field.newBuilder().setName("text").setValue(Value.newBuilder().setText(text)))
        .build();
  }

  private static Segment segment(String text) {
    return Segment.newBuilder().setObject(ObjectRef.newBuilder().setKey(text)).build();
  }

  private ListCompletionsReply page(Lease publishing, int from, int limit) {
    return (ListCompletionsReply)
        requireNonNull(
            cluster.ask(
                cluster
                    .command()
                    .setListCompletions(
                        ListCompletionsRequest.newBuilder()
                            .setLease(publishing)
                            .setFromIndex(from)
                            .setLimit(limit))));
  }

  private Lease published(int partitions, String text) {
    TestWorker a = TestWorker.joined(cluster, "a", 8);
    cluster.submit(TestCluster.spec());
    a.plans(partitions);
    for (int i = 0; i < partitions; i++) {
      assertThat(a.says(completed(a.partition(i), text + i))).isEqualTo(Verdict.OK);
    }
    return a.lease();
  }

  @Test
  void theResultAndTheSegmentsOfEachAreToldAlsoAfterARestart() {
    Lease publishing = published(2, "partition ");
    for (boolean snapshot : new boolean[] {true, false}) {
      ListCompletionsReply page = page(publishing, 0, 10);
      assertThat(page.getCompletionsList())
          .extracting(one -> one.getResult())
          .containsExactly(result("partition 0"), result("partition 1"));
      assertThat(page.getCompletionsList())
          .extracting(one -> one.getSegmentsList())
          .containsExactly(List.of(segment("partition 0")), List.of(segment("partition 1")));
      cluster.crash(snapshot);
    }
  }

  @Test
  void aPageEndsWithTheOneThatMakesItAMebibyte() {
    cluster.unchecked();
    Lease publishing = published(200, "x".repeat(3_900));
    ListCompletionsReply page = page(publishing, 0, 1_000);
    assertThat(page.getSerializedSize()).isGreaterThanOrEqualTo(1 << 20);
    int last = page.getCompletions(page.getCompletionsCount() - 1).getSerializedSize();
    assertThat(page.getSerializedSize()).isLessThan((1 << 20) + 2 * last);
    assertThat(page.getNextIndex()).isEqualTo(page.getCompletionsCount());
    ListCompletionsReply rest = page(publishing, page.getNextIndex(), 1_000);
    assertThat(page.getCompletionsCount() + rest.getCompletionsCount()).isEqualTo(200);
    assertThat(rest.getNextIndex()).isZero();
  }

  @Test
  void aPageHasAtMostAThousand() {
    cluster.unchecked();
    Lease publishing = published(1_001, "");
    ListCompletionsReply page = page(publishing, 0, 5_000);
    assertThat(page.getCompletionsCount()).isEqualTo(1_000);
    assertThat(page.getNextIndex()).isEqualTo(1_000);
    assertThat(page(publishing, 1_000, 5_000).getCompletionsCount()).isEqualTo(1);
  }
}

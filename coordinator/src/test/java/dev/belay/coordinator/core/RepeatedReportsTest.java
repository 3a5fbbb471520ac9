package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.failed;
import static dev.belay.coordinator.core.TestWorker.started;
import static dev.belay.coordinator.core.TestWorker.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answer was lost, so it is said again: it counts once, and is answered as before. */
class RepeatedReportsTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);

  @BeforeEach
  void onePartition() {
    cluster.submit(TestCluster.spec());
    a.plans(1, false);
  }

  private int written() {
    return cluster.journal.size();
  }

  private void again() {
    cluster.stall(70_000);
    cluster.tick();
    a.beat();
    cluster.tick();
  }

  @Test
  void aReportThatIsRepeatedIsAnsweredOkAndWrittenOnce() {
    Lease lease = a.lease();
    Report.Builder checkpoint = a.checkpoint(lease);
    List<Report.Builder> reports =
        List.of(started(lease, 0), checkpoint, unusable(lease, 9), completed(lease));
    for (Report.Builder report : reports) {
      assertThat(a.says(report)).isEqualTo(Verdict.OK);
      int once = written();
      assertThat(a.says(report)).as("%s", report.getWhatCase()).isEqualTo(Verdict.OK);
      // The publishing task that follows the completion is assigned in the same batch.
      assertThat(written()).isEqualTo(once);
    }
    for (Report.Builder report : reports) {
      assertThat(a.says(report))
          .as("%s, resent after the lease ended by a later one", report.getWhatCase())
          .isEqualTo(Verdict.OK);
    }
  }

  @Test
  void aFailureThatIsRepeatedIsAnsweredOkUntilTheTaskHasSucceeded() {
    Report.Builder failed = failed(a.lease(), Failed.Kind.APPLICATION);
    for (int i = 0; i < 2; i++) {
      assertThat(a.says(failed)).as("it waits").isEqualTo(Verdict.OK);
    }
    again();
    a.says(a.checkpoint(a.lease()));
    failed = failed(a.lease(), Failed.Kind.APPLICATION);
    for (int i = 0; i < 2; i++) {
      assertThat(a.says(failed)).as("it waits to go on").isEqualTo(Verdict.OK);
    }
    again();
    Lease last = a.lease();
    a.says(completed(last));
    assertThat(a.says(failed(last, Failed.Kind.APPLICATION))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void theLastFailureThatIsRepeatedIsAnsweredOkToo() {
    Report.Builder failed = failed(a.lease(), Failed.Kind.PERMANENT);
    for (int i = 0; i < 2; i++) {
      assertThat(a.says(failed)).isEqualTo(Verdict.OK);
    }
    Scenes scene = Scenes.running(2, 2, Scenes.tolerant());
    scene.exhaust(0);
    Report.Builder indivisible = scene.worker.indivisible(scene.worker.partition(0));
    for (int i = 0; i < 2; i++) {
      assertThat(scene.worker.says(indivisible)).as("in quarantine").isEqualTo(Verdict.OK);
    }
  }

  @Test
  void twoOfTheSameInOneBatchAreWrittenOnce() {
    Lease lease = a.lease();
    Command one = a.saying(a.checkpoint(lease).build());
    int before = written();
    cluster.batch(one, one);
    assertThat(written()).isEqualTo(before + 1);
    assertThat(a.answers.subList(a.answers.size() - 2, a.answers.size()))
        .allMatch(answer -> answer.getVerdict() == Verdict.OK);
  }
}

package dev.belay.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.KnownPrimeCounts.Known;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the demonstration kills, and what it says that cost. */
final class DemoTest {
  private final DemoKill kill = new DemoKill();

  @Test
  void nobodyIsKilledBeforeTheJobIsHalfDone() {
    assertThat(kill.due(job(49))).isNull();
    assertThat(kill.due(job(50))).isEqualTo("w2");
  }

  @Test
  void onlyOneIsKilled() {
    kill.killed("w2", job(50), 10_000, 5_000);

    assertThat(kill.due(job(60))).isNull();
  }

  @Test
  void itHasRecoveredWhenEveryLostPartitionGoesOn() {
    kill.killed("w2", job(50), 10_000, 5_000);

    assertThat(kill.lost()).containsExactly(1, 2);
    assertThat(kill.recovered(job(50))).isFalse();
    assertThat(kill.recovered(job(50).toBuilder().addRecoveries(recovery(1)).build())).isFalse();
    assertThat(kill.recovered(recovered())).isTrue();
  }

  @Test
  void theCostCountsFromTheCheckpointThatWasResumedFrom() {
    kill.look(job(50));
    kill.killed("w2", job(50), 10_000, 5_000);

    // Checkpoint 4 was made at 9,200; three partitions did 50 of 100 in 5 s.
    assertThat(kill.costs(recovered()))
        .extracting(DemoKill.Cost::lostMillis)
        .containsExactly(800L, 800L);
    assertThat(kill.redoneShare(recovered())).isBetween(0.0533, 0.0534);
  }

  @Test
  void theAccountNamesWhatHappened() {
    kill.look(job(50));
    kill.killed("w2", job(50), 10_000, 5_000);
    DemoAccount account = new DemoAccount(kill, 4711, 0.5);

    assertThat(String.join("\n", account.lines(recovered(), new Known(1000, 168), 168L)))
        .contains("worker w2 (pid 4711) by SIGKILL at 50 %", "310 ms", "connection lost")
        .contains("partition 1 on w1 from checkpoint 4, 90 ms after")
        .contains(
            "5.3 % of the job", "800 ms", "168 primes up to 1,000", "equals the known answer");
    assertThat(String.join("\n", account.lines(recovered(), new Known(1000, 168), 167L)))
        .contains("but the known answer is 168")
        .doesNotContain("equals");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 64})
  void twoWorkersHaveSlotsForAllPartitionsOnAnyMachine(int cores) {
    int partitions = DemoCommand.partitions(cores);

    assertThat(partitions).isGreaterThanOrEqualTo(cores);
    assertThat(2 * DemoCommand.slots(partitions)).isGreaterThanOrEqualTo(partitions);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100000000, 5761455",
    "1.05e10, 10000000000, 455052511",
    "1.19e11, 100000000000, 4118054813",
    "1e99, 10000000000000, 346065536839"
  })
  void theKnownAnswersAreThoseOfTheLiterature(double limit, long upTo, long count) {
    assertThat(KnownPrimeCounts.notAbove(limit)).isEqualTo(new Known(upTo, count));
  }

  @Test
  void theKnownAnswersGrowAsPrimesDo() {
    Known last = new Known(0, 0);
    for (double limit = 1e8; limit <= 1e13; limit *= 1.02) {
      Known known = KnownPrimeCounts.notAbove(limit);
      if (known.upTo() != last.upTo()) {
        assertThat(known.count()).isGreaterThan(last.count());
        // Between n/ln n and 1.08 n/ln n in this range.
        double estimate = known.upTo() / Math.log(known.upTo());
        assertThat(known.count() / estimate).isBetween(1.03, 1.08);
      }
      last = known;
    }
  }

  private static JobDescription job(int percent) {
    return JobDescription.newBuilder()
        .setSummary(
            FakeCoordinator.summary("job-2", JobState.JOB_RUNNING)
                .setProgress(Progress.newBuilder().setDone(percent).setTotal(100)))
        .addPartitions(partition(0, "w1"))
        .addPartitions(partition(1, "w2"))
        .addPartitions(partition(2, "w2"))
        .build();
  }

  private static JobDescription recovered() {
    return job(50).toBuilder().addRecoveries(recovery(1)).addRecoveries(recovery(2)).build();
  }

  private static PartitionDescription partition(int index, String worker) {
    return PartitionDescription.newBuilder()
        .setIndex(index)
        .setState(PartitionState.PARTITION_RUNNING)
        .setWorker(worker)
        .setCheckpoint(Checkpoint.newBuilder().setSequence(4).setCreatedMillis(9_200))
        .build();
  }

  private static Recovery recovery(int partition) {
    return Recovery.newBuilder()
        .setKind(TaskKind.PARTITION)
        .setPartition(partition)
        .setFromWorker("w2")
        .setToWorker("w1")
        .setCause(Cause.CONNECTION_LOST)
        .setDetectedMillis(310)
        .setRestoredMillis(90)
        .setResumedFromSequence(4)
        .build();
  }
}

package dev.belay.jobs.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person who follows a job is told, and how often. */
final class JobEventsTest {
  private final JobEvents events = new JobEvents(2);

  @Test
  void thePastIsNotTold() {
    assertThat(events.next(job().addRecoveries(loss(0)).build())).isEmpty();
    assertThat(events.next(job().addRecoveries(loss(0)).build())).isEmpty();
  }

  @Test
  void aLostWorkerIsOneLineForAllItsPartitionsAndToldOnce() {
    events.next(job().build());
    JobDescription lost = job().addRecoveries(loss(0)).addRecoveries(loss(1)).build();

    assertThat(events.next(lost))
        .containsExactly("w1: connection lost, noticed after 310 ms; 2 partitions to be resumed");
    assertThat(events.next(lost)).isEmpty();
  }

  @Test
  void aSecondLossOfTheSamePartitionIsNews() {
    events.next(job().build());
    events.next(job().addRecoveries(loss(0)).build());
    Recovery again =
        loss(0).toBuilder().setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(9)).build();

    assertThat(events.next(job().addRecoveries(loss(0)).addRecoveries(again).build())).hasSize(1);
  }

  @Test
  void aRecoverySaysFromWhere() {
    events.next(job().build());
    Recovery restored = loss(3).toBuilder().setToWorker("w2").setRestoredMillis(90).build();
    Recovery fromCheckpoint = restored.toBuilder().setResumedFromSequence(4).build();

    assertThat(events.next(job().addRecoveries(restored).build()))
        .contains("partition 3 goes on at w2 from its start, 90 ms later");
    JobEvents others = new JobEvents(2);
    others.next(job().build());
    assertThat(others.next(job().addRecoveries(fromCheckpoint).build()))
        .contains("partition 3 goes on at w2 from checkpoint 4, 90 ms later");
  }

  @Test
  void anErrorOfTheJobsCodeIsTold() {
    events.next(job().build());
    PartitionDescription failing =
        PartitionDescription.newBuilder()
            .setIndex(3)
            .setState(PartitionState.PARTITION_RECOVERING)
            .setError("division by zero")
            .build();
    Recovery cause = loss(3).toBuilder().setCause(Cause.APPLICATION_ERROR).build();
    JobDescription now = job().addPartitions(failing).addRecoveries(cause).build();

    assertThat(events.next(now)).contains("partition 3: division by zero");
    assertThat(events.next(now)).isEmpty();
  }

  @Test
  void aStoreThatWorkersCannotUseIsToldOnceItHasLastedAndThatItIsOver() {
    events.next(job().build());
    JobDescription cutOff = job().setStoreTrouble("w1 cannot use it: no answer").build();
    assertThat(events.next(cutOff)).isEmpty();
    assertThat(events.next(cutOff)).containsExactly("the store: w1 cannot use it: no answer");
    assertThat(events.next(cutOff)).isEmpty();
    JobDescription more = job().setStoreTrouble("w1, w2 cannot use it: no route").build();
    assertThat(events.next(more)).isEmpty();
    assertThat(events.next(more)).containsExactly("the store: w1, w2 cannot use it: no route");
    assertThat(events.next(job().build())).containsExactly("the store can be used again");
    assertThat(events.next(cutOff)).isEmpty();
    assertThat(events.next(job().build())).as("too short to be told").isEmpty();
  }

  @Test
  void anUnusableCheckpointIsTold() {
    events.next(job().build());
    PartitionDescription partition =
        PartitionDescription.newBuilder()
            .setIndex(2)
            .addQuarantined(
                QuarantinedCheckpoint.newBuilder().setSequence(7).setMessage("digest differs"))
            .build();

    assertThat(events.next(job().addPartitions(partition).build()))
        .singleElement()
        .asString()
        .contains("checkpoint 7", "digest differs");
  }

  @Test
  void troubleIsToldOnceItLasts() {
    JobDescription waiting = job().setTrouble("no live worker").build();

    assertThat(events.next(waiting)).isEmpty();
    assertThat(events.next(waiting)).containsExactly("waiting: no live worker");
    assertThat(events.next(waiting)).isEmpty();
  }

  @Test
  void whatTroublesManyIsToldOnceWithHowManyAndThatItIsOver() {
    events.next(job().build());
    JobDescription all =
        job()
            .addPartitions(troubled(0, "the store is out of reach"))
            .addPartitions(troubled(1, "the store is out of reach"))
            .addPartitions(troubled(2, "the store is out of reach"))
            .build();
    List<String> told = new ArrayList<>();
    told.addAll(events.next(all.toBuilder().removePartitions(2).removePartitions(1).build()));
    for (int look = 0; look < 20; look++) {
      told.addAll(events.next(all));
    }
    assertThat(told).containsExactly("partitions 0, 1, 2: the store is out of reach");

    assertThat(events.next(all.toBuilder().removePartitions(0).build())).isEmpty();
    assertThat(events.next(job().build()))
        .containsExactly("over for 3 partitions: the store is out of reach");
  }

  private static PartitionDescription.Builder troubled(int index, String trouble) {
    return PartitionDescription.newBuilder()
        .setIndex(index)
        .setState(PartitionState.PARTITION_RUNNING)
        .setWorker("w1")
        .setError(trouble);
  }

  private static JobDescription.Builder job() {
    return JobDescription.newBuilder()
        .setSummary(JobSummary.newBuilder().setJobId("job-1").setState(JobState.JOB_RUNNING));
  }

  private static Recovery loss(int partition) {
    return Recovery.newBuilder()
        .setKind(TaskKind.PARTITION)
        .setPartition(partition)
        .setFromWorker("w1")
        .setCause(Cause.CONNECTION_LOST)
        .setDetectedMillis(310)
        .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(2))
        .build();
  }
}

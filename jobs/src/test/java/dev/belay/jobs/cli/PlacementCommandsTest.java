package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.Placement;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import dev.belay.runtime.wire.Labels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where and when a job is to run: what is sent, and what is shown of it. */
final class PlacementCommandsTest {
  private static final JobSpec SPEC =
      JobSpec.newBuilder()
          .setJob("echo")
          .addRequire(Labels.of("gpu", "yes"))
          .addRequire(Labels.of("zone", "eu1"))
          .setPlacement(Placement.PLACEMENT_ROUND_ROBIN)
          .setPriority(-5)
          .setMaxRunning(8)
          .addAfter("job-1")
          .build();

  private FakeCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator = new FakeCoordinator();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private Ran at(String... args) {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--coordinator";
    all[args.length + 1] = coordinator.address();
    return belay(all);
  }

  @Test
  void submitSendsTheWishes() {
    String words =
        "submit echo -p words=x --require gpu=yes --require zone=eu1 --placement round-robin"
            + " --priority -5 --max-running 8 --after job-1";
    assertThat(at(words.split(" ")).exitCode()).isZero();
    JobSpec spec = coordinator.submitted.get(0).getSpec();
    assertThat(spec.getRequireList()).isEqualTo(SPEC.getRequireList());
    assertThat(spec.getPlacement()).isEqualTo(SPEC.getPlacement());
    assertThat(spec.getPriority()).isEqualTo(-5);
    assertThat(spec.getMaxRunning()).isEqualTo(8);
    assertThat(spec.getAfterList()).containsExactly("job-1");
  }

  @Test
  void withoutWishesNothingIsSent() {
    at("submit", "echo", "-p", "words=x");
    JobSpec spec = coordinator.submitted.get(0).getSpec();
    assertThat(spec)
        .isEqualTo(
            spec.toBuilder()
                .clearRequire()
                .clearPlacement()
                .clearPriority()
                .clearMaxRunning()
                .clearAfter()
                .build());
  }

  @Test
  void describeShowsThem() {
    coordinator.describe(
        "job-2",
        JobDescription.newBuilder()
            .setSummary(
                JobSummary.newBuilder()
                    .setJobId("job-2")
                    .setState(JobState.JOB_PENDING)
                    .setPriority(-5))
            .setSpec(SPEC)
            .build());
    assertThat(at("describe", "job-2").out())
        .contains(
            "round-robin, priority -5, at most 8 running, requires gpu=yes, requires zone=eu1,"
                + " after job-1");
    JsonNode job = at("describe", "job-2", "--json").json();
    assertThat(job.get("priority").intValue()).isEqualTo(-5);
    assertThat(job.get("placement").textValue()).isEqualTo("round-robin");
    assertThat(job.get("require").get("gpu").textValue()).isEqualTo("yes");
    assertThat(job.get("maxRunning").intValue()).isEqualTo(8);
    assertThat(job.get("after").get(0).textValue()).isEqualTo("job-1");
    assertThat(at("list", "--json").json().get(0).get("priority").intValue()).isEqualTo(-5);
    assertThat(at("list").out()).contains("PRIORITY", "-5");
  }

  @Test
  void workersShowLabelsAndWhySomebodyIsBenched() {
    coordinator.workers.add(
        WorkerDescription.newBuilder()
            .setId("w1")
            .setState(WorkerState.BENCHED)
            .setReason("it failed")
            .addLabels(Labels.of("gpu", "yes"))
            .addLabels(Labels.of("zone", "eu1"))
            .setQueue(16)
            .build());
    assertThat(at("workers").out()).contains("BENCHED", "gpu=yes,zone=eu1", "it failed");
    JsonNode worker = at("workers", "--json").json().get(0);
    assertThat(worker.get("labels").get("zone").textValue()).isEqualTo("eu1");
    assertThat(worker.get("reason").textValue()).isEqualTo("it failed");
    assertThat(worker.get("queue").intValue()).isEqualTo(16);
  }
}

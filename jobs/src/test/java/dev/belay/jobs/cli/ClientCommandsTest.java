package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client commands against a coordinator that answers what a test wants. */
final class ClientCommandsTest {
  private FakeCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator = new FakeCoordinator();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void describeIsTheDocumentOfTheContract() {
    coordinator.describe("job-1", Descriptions.recovered());

    JsonNode job = at("describe", "job-1", "--json").json();

    assertThat(Ran.fields(job))
        .startsWith("jobId", "name", "job", "state", "partitions", "recoveries", "result");
    assertThat(job.get("state").textValue()).isEqualTo("RUNNING");
    JsonNode moved = job.get("partitions").get(0);
    assertThat(Ran.fields(moved))
        .startsWith("index", "state", "worker", "epoch", "attempts", "progress", "checkpoint");
    assertThat(moved.get("epoch").longValue()).isEqualTo(17);
    assertThat(moved.get("progress").get("total").longValue()).isEqualTo(100);
    assertThat(moved.get("progress").get("share").doubleValue())
        .isEqualTo(moved.get("progress").get("done").longValue() / 100.0);
    assertThat(Ran.fields(moved.get("checkpoint")))
        .containsExactly("sequence", "bytes", "storedBytes");
    assertThat(moved.get("checkpoint").get("sequence").longValue()).isEqualTo(4);
    JsonNode recovery = job.get("recoveries").get(0);
    assertThat(Ran.fields(recovery))
        .containsExactly(
            "partition",
            "fromWorker",
            "toWorker",
            "cause",
            "detectedMillis",
            "restoredMillis",
            "resumedFromSequence");
    assertThat(recovery.get("cause").textValue()).isEqualTo("CONNECTION_LOST");
    assertThat(recovery.get("restoredMillis").longValue()).isEqualTo(90);
  }

  @Test
  void whatIsNotThereIsNullAndNeverMissing() {
    coordinator.describe("job-1", Descriptions.recovered());

    JsonNode job = at("describe", "job-1", "--json").json();

    assertThat(job.get("result").isNull()).isTrue();
    assertThat(job.get("error").isNull()).isTrue();
    JsonNode waiting = job.get("partitions").get(1);
    for (String field : new String[] {"worker", "epoch", "checkpoint", "error"}) {
      assertThat(waiting.get(field).isNull()).as(field).isTrue();
    }
    assertThat(waiting.get("progress").get("total").isNull()).isTrue();
    assertThat(waiting.get("progress").get("share").isNull()).isTrue();
    JsonNode pending = job.get("recoveries").get(1);
    for (String field :
        new String[] {"partition", "toWorker", "restoredMillis", "resumedFromSequence"}) {
      assertThat(pending.get(field).isNull()).as(field).isTrue();
    }
  }

  @Test
  void resultsKeepTheirTypesAndOrder() {
    coordinator.describe("job-1", Descriptions.succeeded());

    JsonNode result = at("describe", "job-1", "--json").json().get("result");

    assertThat(Ran.fields(result)).containsExactly("count", "mean", "note", "odd");
    assertThat(result.get("count").longValue()).isEqualTo(346065536839L);
    assertThat(result.get("mean").doubleValue()).isEqualTo(0.5);
    assertThat(result.get("note").textValue()).isEqualTo("fine");
    assertThat(result.get("odd").isNull()).isTrue();
  }

  @Test
  void jsonMayStandAnywhere() {
    coordinator.describe("job-1", Descriptions.succeeded());
    String c = coordinator.address();

    assertThat(belay("--json", "list", "--coordinator", c).json().isArray()).isTrue();
    assertThat(belay("list", "--json", "--coordinator", c).json().isArray()).isTrue();
    assertThat(belay("list", "--coordinator", c, "--json").json().isArray()).isTrue();
    assertThat(belay("describe", "--json", "job-1", "--coordinator", c).json().isObject()).isTrue();
  }

  @Test
  void workersAreTheDocumentOfTheContract() {
    coordinator.workers.add(
        WorkerDescription.newBuilder()
            .setId("w1")
            .setState(WorkerState.SUSPECT)
            .setSlots(4)
            .setRunning(2)
            .setPid(4711)
            .build());

    JsonNode worker = at("workers", "--json").json().get(0);

    assertThat(Ran.fields(worker))
        .startsWith("id", "state", "slots", "running", "pid", "reason", "risk", "lingering");
    assertThat(worker.get("state").textValue()).isEqualTo("SUSPECT");
    assertThat(worker.get("pid").longValue()).isEqualTo(4711);
    assertThat(at("workers").out()).contains("w1", "SUSPECT", "4711");
  }

  @Test
  void submitSendsWhatWasAskedFor() {
    Ran ran =
        at(
            "submit",
            "echo",
            "-p",
            "words=a=b c",
            "--partitions",
            "7",
            "--name",
            "night",
            "--checkpoint-interval",
            "1.5s",
            "--on-lost-checkpoints",
            "restart",
            "--json");

    assertThat(ran.out().replaceAll("\\s", "")).isEqualTo("{\"jobId\":\"job-1\"}");
    var request = coordinator.submitted.get(0);
    assertThat(request.getKey()).isNotEmpty();
    var spec = request.getSpec();
    assertThat(spec.getJob()).isEqualTo("echo");
    assertThat(spec.getName()).isEqualTo("night");
    assertThat(spec.getPartitions()).isEqualTo(7);
    assertThat(spec.getCheckpointIntervalMillis()).isEqualTo(1500);
    assertThat(spec.getOnLostCheckpoints()).isEqualTo(OnLostCheckpoints.RESTART);
    assertThat(spec.getOutputsList()).containsExactly("/tmp/echo");
    assertThat(spec.getParametersList())
        .extracting(p -> p.getKey() + "=" + p.getValue())
        .containsExactly("words=a=b c", "times=1", "output=/tmp/echo");
    assertThat(coordinator.protocols).containsOnly("1");
  }

  @Test
  void submitPrintsTheIdAlone() {
    assertThat(at("submit", "echo", "-p", "words=x").out()).isEqualTo("job-1\n");
  }

  @Test
  void aSubmitThatMayHaveArrivedIsTheSameSubmit() {
    coordinator.refusals.add(Status.UNAVAILABLE.withDescription("going down"));
    coordinator.refusals.add(Status.UNAVAILABLE.withDescription("going down"));

    Ran ran = at("submit", "echo", "-p", "words=x");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("job-1\n");
    assertThat(coordinator.submitted).hasSize(1);
  }

  @Test
  void waitExitsWithTheOutcome() {
    coordinator.describe(
        "job-1", Descriptions.recovered(), Descriptions.recovered(), Descriptions.succeeded());
    assertThat(at("submit", "echo", "-p", "words=x", "--wait").exitCode()).isZero();

    coordinator.describe("job-1", Descriptions.recovered(), Descriptions.failed());
    Ran ran = at("submit", "echo", "-p", "words=x", "--wait", "--json");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.json().get("state").textValue()).isEqualTo("FAILED");
    assertThat(ran.json().get("error").textValue()).isEqualTo("out of luck");
    assertThat(ran.err()).contains("out of luck");
  }

  @Test
  void watchRidesThroughARestart() throws InterruptedException {
    coordinator.describe("job-1", Descriptions.recovered());
    String address = coordinator.address();
    int port = coordinator.port();
    Thread restart =
        new Thread(
            () -> {
              await().until(() -> coordinator.protocols.size() >= 3);
              coordinator.close();
              coordinator = new FakeCoordinator(port);
              coordinator.describe("job-1", Descriptions.succeeded());
            });
    restart.start();
    Ran ran = belay("watch", "job-1", "--coordinator", address);
    restart.join();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("count: 346065536839");
  }

  @Test
  void watchTellsOfLossesAndRecoveries() {
    JobDescription before =
        JobDescription.newBuilder()
            .setSummary(FakeCoordinator.summary("job-1", JobState.JOB_RUNNING))
            .build();
    coordinator.describe(
        "job-1", before, before, Descriptions.recovered(), Descriptions.succeeded());

    assertThat(at("watch", "job-1").err())
        .contains("w1: connection lost, noticed after 310 ms")
        .contains("partition 0 goes on at w2 from checkpoint 4, 90 ms later");
  }

  @Test
  void noCoordinatorIsExitThree() {
    coordinator.close();

    for (String command :
        new String[] {
          "list", "workers", "describe x", "watch x", "cancel x", "submit echo -p words=x"
        }) {
      Ran ran = at(command.split(" "));
      assertThat(ran.exitCode()).as(command).isEqualTo(3);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err().lines()).hasSize(1);
      assertThat(ran.err())
          .contains("no coordinator at " + coordinator.address(), "belay coordinator");
    }
  }

  @Test
  void refusalsAreTheirOwnLine() {
    assertThat(at("describe", "nobody"))
        .satisfies(
            ran -> {
              assertThat(ran.exitCode()).isEqualTo(2);
              assertThat(ran.err()).isEqualTo("belay: no job \"nobody\"\n");
            });
    coordinator.refusals.add(
        Status.FAILED_PRECONDITION.withDescription("this coordinator speaks protocol 2"));
    Ran refused = at("list", "--json");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.json().get("error").textValue())
        .isEqualTo("this coordinator speaks protocol 2");
  }

  @Test
  void listIsATableOrADocument() {
    coordinator.describe("job-1", Descriptions.succeeded());

    assertThat(at("list").out().lines().toList())
        .hasSize(2)
        .satisfies(lines -> assertThat(lines.get(1)).contains("job-1", "nightly", "SUCCEEDED"));
    assertThat(Ran.fields(at("list", "--json").json().get(0)))
        .startsWith("jobId", "name", "job", "state");
  }

  @Test
  void whatIsDoneToAJobIsSaid() {
    assertThat(at("pause", "job-1").out()).isEqualTo("job-1 is PAUSED\n");
    assertThat(at("resume", "job-1").out()).isEqualTo("job-1 is RUNNING\n");
    assertThat(at("stop", "job-1").out()).isEqualTo("job-1 is STOPPING\n");
    assertThat(at("retry", "job-1", "--json").json().get("state").textValue()).isEqualTo("RUNNING");
    assertThat(at("drain", "w1").out()).isEqualTo("w1 is DRAINING, with 3 tasks to give back\n");
    assertThat(at("drain", "w1", "--wait", "--json").json().get("state").textValue())
        .isEqualTo("LEFT");
  }

  @Test
  void restartAsksToBeToldThatNothingIsKept() {
    Ran ran = at("restart", "job-1");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--from-scratch", "belay retry job-1");
    assertThat(coordinator.restartKeys).isEmpty();

    assertThat(at("restart", "job-1", "--from-scratch").out()).isEqualTo("job-2 is PENDING\n");
    at("restart", "job-1", "--from-scratch");
    assertThat(coordinator.restartKeys).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void cancelSaysWhatBecameOfTheJob() {
    assertThat(at("cancel", "job-1").out()).isEqualTo("job-1 is CANCELLED\n");
    assertThat(at("cancel", "job-1", "--json").json().get("state").textValue())
        .isEqualTo("CANCELLED");
  }

  @Test
  void partitionsThatAJobDoesNotHaveAreNoEmptyAnswer() {
    coordinator.describe("job-1", Descriptions.recovered());

    Ran ran = at("describe", "job-1", "--partitions", "2..9");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).isEqualTo("belay: job-1 has no partition 2, but 0 to 1\n");
    coordinator.describe("job-1", Descriptions.succeeded());
    assertThat(at("describe", "job-1", "--state", "failed,paused").out())
        .endsWith(
            "no partition is FAILED or PAUSED\n\nresult:\n  count: 346065536839\n"
                + "  mean: 0.5\n  note: fine\n  odd: NaN\n");
  }

  @Test
  void describeForPeopleShowsTheWholeJob() {
    coordinator.describe("job-1", Descriptions.recovered());

    assertThat(at("describe", "job-1").out())
        .contains("RUNNING", "50 %", "w2", "2.00 KiB", "connection lost", "310 ms");
  }

  private Ran at(String... args) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--coordinator";
    all[args.length + 1] = coordinator.address();
    return belay(all);
  }
}

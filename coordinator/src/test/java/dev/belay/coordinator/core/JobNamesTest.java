package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import org.junit.jupiter.api.Test;

/** Which job is meant by a name that several have. */
class JobNamesTest {
  private static final JobSpec NIGHTLY = TestCluster.spec().toBuilder().setName("nightly").build();

  private final Scenes scene = Scenes.running(2, 2, NIGHTLY);
  private final TestCluster cluster = scene.cluster;

  private JobDescription nightly() {
    return cluster.describe("nightly");
  }

  private SubmitReply after(String name) {
    SubmitRequest request =
        SubmitRequest.newBuilder()
            .setKey("after")
            .setSpec(TestCluster.spec().toBuilder().addAfter(name))
            .build();
    return (SubmitReply) requireNonNull(cluster.ask(cluster.command().setSubmit(request)));
  }

  @Test
  void afterARestartFromScratchTheNameMeansTheNewJob() {
    assertThat(nightly().getNote()).isEmpty();
    String again = requireNonNull(scene.restart("again")).getJobId();
    assertThat(nightly().getSummary().getJobId()).isEqualTo(again);
    assertThat(nightly().getNote())
        .isEqualTo("job-2 is the newest that has not ended of 2 jobs named \"nightly\"");

    SubmitReply next = after("nightly");
    assertThat(cluster.job(next.getJob()).spec.getAfterList()).containsExactly(again);
    assertThat(next.getNote()).isEqualTo(nightly().getNote());
    assertThat(cluster.describe(scene.job).getNote()).as("by its id").isEmpty();
  }

  @Test
  void whoActsOnANameActsOnTheOneThatHasNotEnded() {
    scene.restart("again");
    assertThat(requireNonNull(pause()).getJobId()).isEqualTo("job-2");
    cluster.submit(NIGHTLY);
    assertThat(pause()).as("one of two").isNull();
    assertThat(scene.refusal())
        .isEqualTo("2 jobs named \"nightly\" have not ended: say which by its id (job-2, job-3)");
    assertThat(nightly().getSummary().getJobId()).as("looking is harmless").isEqualTo("job-3");
  }

  private dev.belay.runtime.proto.@org.jspecify.annotations.Nullable JobControlReply pause() {
    return scene.ask(cluster.command().setPauseJob(PauseJobRequest.newBuilder().setJob("nightly")));
  }

  @Test
  void ofThoseThatHaveAllEndedTheNewestIsMeant() {
    String again = requireNonNull(scene.restart("again")).getJobId();
    cluster.cancel(again);
    assertThat(nightly().getSummary().getJobId()).isEqualTo(again);
    assertThat(nightly().getNote()).contains("job-2 is the newest of 2 jobs");
  }
}

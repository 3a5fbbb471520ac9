package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.DrainWorkerRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Workers that are sent away by a user. */
class DrainsTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);

  private @Nullable DrainWorkerReply drain(String worker) {
    return (DrainWorkerReply)
        cluster.ask(
            cluster.command().setDrainWorker(DrainWorkerRequest.newBuilder().setWorker(worker)));
  }

  @Test
  void itIsToldAtOnceGetsNothingNewAndTheUserLearnsWhatItRuns() {
    cluster.submit(TestCluster.spec());
    String job = a.plans(3);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    DrainWorkerReply reply = requireNonNull(drain("a"));
    assertThat(reply.getWorker()).isEqualTo("a");
    assertThat(reply.getRunning()).isEqualTo(2);
    assertThat(a.draining).isTrue();
    a.says(TestWorker.completed(a.partition(0)));
    a.says(TestWorker.released(a.partition(1)));
    assertThat(a.holds).isEmpty();
    b.says(TestWorker.completed(b.partition(2)));
    assertThat(requireNonNull(cluster.partition(job, 1).hold).worker).isEqualTo("b");
  }

  @Test
  void whoIsEmptyGetsNothingEither() {
    drain("a");
    cluster.submit(TestCluster.spec());
    assertThat(a.holds).isEmpty();
  }

  @Test
  void whoIsNotConnectedIsToldWhenItIsBack() {
    a.breaks();
    assertThat(drain("a")).isNotNull();
    assertThat(a.draining).isFalse();
    a.join();
    a.beat();
    assertThat(a.draining).isTrue();
  }

  @Test
  void whoHasLeftNeedNotBeDrained() {
    assertThat(requireNonNull(drain("a")).getLeft()).isFalse();
    a.beat();
    a.breaks();
    assertThat(requireNonNull(drain("a")).getLeft()).isTrue();
    TestWorker.joined(cluster, "a", 2);
    assertThat(requireNonNull(drain("a")).getLeft()).as("another of that name").isFalse();
  }

  @Test
  void whoIsUnknownOrLostCannotBeDrained() {
    assertThat(drain("nobody")).isNull();
    assertThat(requireNonNull(cluster.refusal()).reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(requireNonNull(cluster.refusal()).message())
        .isEqualTo("no worker \"nobody\": 'belay workers' shows them all");
    cluster.pass(6_000);
    assertThat(drain("a")).as("given up").isNull();
    assertThat(requireNonNull(cluster.refusal()).message())
        .isEqualTo("worker \"a\" is lost: what it ran goes on elsewhere");
    a.beat();
    assertThat(drain("a")).as("it is back").isNotNull();
  }
}

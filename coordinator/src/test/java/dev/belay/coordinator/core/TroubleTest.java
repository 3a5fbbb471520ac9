package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.wire.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people are told of a job that does not go on. */
class TroubleTest {
  private final TestCluster cluster = new TestCluster();

  private TestWorker joined(String name, List<String> jobs, Label... labels) {
    TestWorker worker = new TestWorker(cluster, name, name + "-1", 1);
    worker.jobs = jobs;
    worker.labels = List.of(labels);
    worker.join();
    return worker;
  }

  private String trouble(String job) {
    return cluster.describe(job).getTrouble();
  }

  private static JobSpec.Builder spec() {
    return TestCluster.spec().toBuilder();
  }

  @Test
  void nobodyIsThere() {
    String job = cluster.submit(TestCluster.spec());
    assertThat(trouble(job)).isEqualTo("no live worker: start one with 'belay worker'");
    TestWorker.joined(cluster, "a", 1);
    assertThat(trouble(job)).isEmpty();
  }

  @Test
  void whoDrainsIsNotThere() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    a.draining = true;
    a.beat();
    assertThat(trouble(cluster.submit(TestCluster.spec()))).startsWith("no live worker: start");
  }

  @Test
  void nobodyHasTheCode() {
    joined("a", List.of("other"));
    assertThat(trouble(cluster.submit(TestCluster.spec())))
        .isEqualTo("no live worker has the code of job \"count\"");
  }

  @Test
  void theLabelsThatNobodyHasAreNamedAndHowToStartOneWithAll() {
    joined("a", List.of("count"), Labels.of("zone", "1"), Labels.of("gpu", "no"));
    String one =
        cluster.submit(
            spec().addRequire(Labels.of("zone", "1")).addRequire(Labels.of("gpu", "yes")).build());
    assertThat(trouble(one))
        .isEqualTo(
            "no live worker has label gpu=yes; start one with"
                + " 'belay worker --label gpu=yes --label zone=1'");
    String two =
        cluster.submit(
            spec().addRequire(Labels.of("zone", "2")).addRequire(Labels.of("gpu", "yes")).build());
    assertThat(trouble(two)).startsWith("no live worker has labels gpu=yes, zone=2; start one");
  }

  @Test
  void eachLabelIsSomewhereButNotWithTheCode() {
    joined("a", List.of("count"));
    joined("b", List.of("other"), Labels.of("gpu", "yes"));
    String job = cluster.submit(spec().addRequire(Labels.of("gpu", "yes")).build());
    assertThat(trouble(job))
        .isEqualTo(
            "no live worker has label gpu=yes and the code of job \"count\"; start one with"
                + " 'belay worker --label gpu=yes'");
  }

  @Test
  void whatRunsHasNoTroubleAndWhatHasEndedNeither() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    String job = cluster.submit(TestCluster.spec());
    a.plans(2);
    a.breaks();
    assertThat(cluster.job(job).running).isEqualTo(1);
    assertThat(trouble(job)).as("it may well be running on").isEmpty();
    cluster.pass(6_000);
    assertThat(trouble(job)).isEqualTo("no live worker: start one with 'belay worker'");
    cluster.cancel(job);
    assertThat(trouble(job)).isEmpty();
  }

  @Test
  void planningAndPublishingTellTheirOwn() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    String job = cluster.submit(TestCluster.spec());
    tells(a, a.lease(), "store unavailable");
    assertThat(trouble(job)).isEqualTo("store unavailable");
    a.plans(1);
    assertThat(trouble(job)).isEmpty();
    a.says(a.completes(a.lease()));
    tells(a, a.lease(), "disk full");
    assertThat(trouble(job)).isEqualTo("disk full");
  }

  private void tells(TestWorker worker, Lease lease, String trouble) {
    TaskProgress.Builder progress = TaskProgress.newBuilder().setLease(lease).setTrouble(trouble);
    cluster.deliver(
        worker.stream,
        FromWorker.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(1_000).addProgress(progress))
            .build());
  }

  @Test
  void aPausedJobHasNone() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    scene.pause();
    scene.givesBack();
    scene.worker.breaks();
    scene.cluster.pass(6_000);
    assertThat(scene.cluster.describe(scene.job).getTrouble()).isEmpty();
    scene.resume();
    assertThat(scene.cluster.describe(scene.job).getTrouble()).startsWith("no live worker");
  }

  @Test
  void whatMustRunAloneWaitsForAnEmptyWorker() {
    TestWorker a = TestWorker.joined(cluster, "a", 2);
    String job = cluster.submit(TestCluster.spec());
    a.plans(1);
    String other = cluster.submit(TestCluster.spec());
    TestWorker again = a.restarted();
    TestWorker third = again.restarted();
    assertThat(cluster.partition(job, 0).lossesWithoutProgress).isEqualTo(2);
    third.says(TestWorker.failed(third.partition(0), Failed.Kind.APPLICATION));
    assertThat(trouble(job))
        .isEqualTo(
            "partition 0 may be what its workers died of and is to run alone:"
                + " it waits for an empty worker");
    assertThat(trouble(other)).isEmpty();
  }
}

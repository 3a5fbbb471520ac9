package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.wire.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lists of jobs and workers tell, and what is forgotten. */
class ListsTest {
  private final TestCluster cluster = new TestCluster();

  private List<WorkerDescription> workers() {
    ListWorkersReply reply =
        (ListWorkersReply)
            requireNonNull(
                cluster.ask(
                    cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance())));
    return reply.getWorkersList();
  }

  @Test
  void allJobsAreListedTheOldestFirst() {
    cluster.submit(TestCluster.spec());
    cluster.submit(TestCluster.spec().toBuilder().setName("nightly").build());
    ListJobsReply reply =
        (ListJobsReply)
            requireNonNull(
                cluster.ask(cluster.command().setListJobs(ListJobsRequest.getDefaultInstance())));
    assertThat(reply.getJobsList())
        .extracting(job -> job.getJobId() + " " + job.getName())
        .containsExactly("job-1 count", "job-2 nightly");
  }

  @Test
  void aWorkerIsShownWithWhatItBringsAndHolds() {
    TestWorker a = new TestWorker(cluster, "a", "a-1", 3);
    a.labels = List.of(Labels.of("gpu", "yes"));
    a.host = "h";
    a.queue = 5;
    a.join();
    cluster.submit(TestCluster.spec());
    a.plans(2);
    WorkerDescription shown = workers().get(0);
    assertThat(shown.getId()).isEqualTo("a");
    assertThat(shown.getSlots()).isEqualTo(3);
    assertThat(shown.getQueue()).isEqualTo(5);
    assertThat(shown.getRunning()).isEqualTo(2);
    assertThat(shown.getHost()).isEqualTo("h");
    assertThat(shown.getPid()).isEqualTo(42);
    assertThat(shown.getLabelsList()).containsExactly(Labels.of("gpu", "yes"));
  }

  @Test
  void whoDrainedAndLeftIsForgottenAlsoWhereThereIsRoom() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    TestWorker.joined(cluster, "b", 1);
    a.draining = true;
    a.beat();
    a.breaks();
    cluster.tick();
    assertThat(workers()).extracting(WorkerDescription::getId).containsExactly("b");
    assertThat(cluster.core.capacity().seats()).isEqualTo(1);
  }

  @Test
  void aDeletionThatWasNeverOrderedIsNotBelieved() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    int written = scene.cluster.journal.size();
    DeletionDone.Builder done = DeletionDone.newBuilder().setJob(scene.job).addKeys("key");
    scene.cluster.batch(scene.cluster.command().setDeletionDone(done).build());
    done.setJob("job-9");
    scene.cluster.batch(scene.cluster.command().setDeletionDone(done).build());
    assertThat(scene.cluster.journal).hasSize(written);
  }
}

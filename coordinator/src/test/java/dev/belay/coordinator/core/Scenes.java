package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.proto.StopJobRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster with one worker and one job, and what people do to it. */
final class Scenes {
  final TestCluster cluster;
  final TestWorker worker;
  String job = "";

  /** What people do to a job of a cluster that there is. */
  Scenes(TestCluster cluster, TestWorker worker, String job) {
    this.cluster = cluster;
    this.worker = worker;
    this.job = job;
  }

  Scenes(int slots) {
    cluster = new TestCluster();
    worker = TestWorker.joined(cluster, "a", slots);
  }

  /** A job of so many partitions, assigned as far as there is room. */
  static Scenes running(int slots, int splits, JobSpec spec) {
    Scenes scene = new Scenes(slots);
    scene.cluster.submit(spec);
    scene.job = scene.worker.plans(splits);
    return scene;
  }

  static JobSpec tolerant() {
    return TestCluster.spec().toBuilder().setOnPoison(OnPoison.ON_POISON_CONTINUE).build();
  }

  @Nullable JobControlReply ask(Command.Builder command) {
    return (JobControlReply) cluster.ask(command);
  }

  @Nullable JobControlReply pause() {
    return ask(cluster.command().setPauseJob(PauseJobRequest.newBuilder().setJob(job)));
  }

  @Nullable JobControlReply resume() {
    return ask(cluster.command().setResumeJob(ResumeJobRequest.newBuilder().setJob(job)));
  }

  @Nullable JobControlReply stop() {
    return ask(cluster.command().setStopJob(StopJobRequest.newBuilder().setJob(job)));
  }

  @Nullable JobControlReply retry() {
    return ask(cluster.command().setRetryJob(RetryJobRequest.newBuilder().setJob(job)));
  }

  @Nullable JobControlReply restart(String key) {
    return ask(
        cluster.command().setRestartJob(RestartJobRequest.newBuilder().setJob(job).setKey(key)));
  }

  @Nullable RestoreCheckpointReply restore(int partition, long sequence) {
    return (RestoreCheckpointReply)
        cluster.ask(
            cluster
                .command()
                .setRestoreCheckpoint(
                    RestoreCheckpointRequest.newBuilder()
                        .setJob(job)
                        .setPartition(partition)
                        .setSequence(sequence)));
  }

  @Nullable RestoreCheckpointReply restoreOfAnyAge(int partition, long sequence) {
    return (RestoreCheckpointReply)
        cluster.ask(
            cluster
                .command()
                .setRestoreCheckpoint(
                    RestoreCheckpointRequest.newBuilder()
                        .setJob(job)
                        .setPartition(partition)
                        .setSequence(sequence)
                        .setMaxCheckpointAgeMillis(0)));
  }

  String refusal() {
    Effect.Refuse refusal = cluster.refusal();
    return refusal == null ? "" : refusal.message();
  }

  /** Time passes, with heartbeats. */
  void passes(long millis) {
    for (long left = millis; left > 0; left -= 500) {
      cluster.pass(500);
      if (worker.connected()) {
        worker.beat();
      }
    }
  }

  /** A partition of the job fails until it is out of attempts, and cannot be cut. */
  void poison(int index) {
    exhaust(index);
    worker.says(worker.indivisible(worker.partition(index)));
  }

  /** A partition of the job starts and fails, again and again, until it is out of attempts. */
  void exhaust(int index) {
    for (int i = 0; i < 5; i++) {
      Lease lease = worker.partition(index);
      worker.says(TestWorker.started(lease, 0));
      worker.says(TestWorker.failed(lease, Failed.Kind.APPLICATION));
      if (i < 4) {
        passes(20_000);
      }
    }
  }

  /** Gives back whatever it was asked for. */
  void givesBack() {
    for (Lease lease : List.copyOf(worker.yields)) {
      if (worker.holds.containsKey(lease)) {
        worker.says(TestWorker.released(lease));
      }
    }
  }

  /** Lived to their ends: what random lives come to only now and then. */
  static List<Scenes> rare() {
    Scenes running = running(3, 3, tolerant());
    running.poison(1);
    running.retry();
    running.poison(1);
    running.pause();
    running.retry();
    running.worker.says(TestWorker.failed(running.worker.partition(0), Failed.Kind.PERMANENT));

    Scenes publishing = running(3, 2, tolerant());
    publishing.worker.says(TestWorker.completed(publishing.worker.partition(0)));
    publishing.poison(1);
    publishing.retry();
    publishing.worker.says(TestWorker.completed(publishing.worker.partition(1)));
    publishing.worker.says(TestWorker.failed(publishing.worker.lease(), Failed.Kind.PERMANENT));
    publishing.retry();
    publishing.stop();
    publishing.givesBack();
    publishing.retry();
    publishing.cluster.cancel(publishing.job);
    publishing.retry();

    Scenes stopping = running(1, 2, TestCluster.spec());
    stopping.stop();
    stopping.worker.says(TestWorker.failed(stopping.worker.lease(), Failed.Kind.PERMANENT));

    Scenes cancelled = running(1, 2, TestCluster.spec());
    cancelled.stop();
    cancelled.cluster.cancel(cancelled.job);

    Scenes failing = new Scenes(1);
    failing.job = failing.cluster.submit(TestCluster.spec());
    failing.worker.says(TestWorker.failed(failing.worker.lease(), Failed.Kind.PERMANENT));
    failing.retry();
    failing.worker.plans(1);
    failing.worker.says(TestWorker.failed(failing.worker.lease(), Failed.Kind.PERMANENT));
    failing.retry();

    Scenes planning = new Scenes(1);
    planning.job = planning.cluster.submit(TestCluster.spec());
    planning.stop();
    planning.givesBack();
    planning.retry();
    planning.cluster.cancel(planning.job);
    planning.retry();

    Scenes pending = new Scenes(1);
    pending.worker.breaks();
    pending.job = pending.cluster.submit(TestCluster.spec());
    pending.stop();
    pending.retry();
    pending.cluster.cancel(pending.job);
    pending.retry();

    Scenes whole = new Scenes(1);
    whole.job = whole.cluster.submit(tolerant());
    whole.worker.plans(1, false);
    whole.exhaust(0);
    return List.of(running, publishing, stopping, cancelled, failing, planning, pending, whole);
  }

  JobRecord record() {
    return cluster.job(job);
  }
}

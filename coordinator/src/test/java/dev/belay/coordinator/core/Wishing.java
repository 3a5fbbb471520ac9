package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.proto.StopJobRequest;
import dev.belay.runtime.proto.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What is wanted of jobs, workers and leases that go about their work. */
final class Wishing {
  private final TestCluster cluster;
  private final Random random;

  Wishing(TestCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** Somebody does something to a job, or sends a worker away. */
  void control(List<TestWorker> workers) {
    String job = "job-" + (1 + random.nextInt(Simulation.MOST_JOBS));
    Command.Builder command = cluster.command();
    switch (random.nextInt(11)) {
      case 0, 1 -> command.setPauseJob(PauseJobRequest.newBuilder().setJob(job));
      case 2, 3 -> command.setResumeJob(ResumeJobRequest.newBuilder().setJob(job));
      case 4 -> command.setStopJob(StopJobRequest.newBuilder().setJob(job));
      case 5, 6 -> command.setRetryJob(retry(job));
      case 7 -> {
        if (random.nextInt(3) > 0) {
          return;
        }
        command.setRestartJob(
            RestartJobRequest.newBuilder().setJob(job).setKey("again-" + random.nextInt(3)));
      }
      case 8, 9 -> command.setRestoreCheckpoint(restore(job));
      default -> {
        if (random.nextInt(3) > 0) {
          return;
        }
        String worker = workers.get(random.nextInt(workers.size())).name;
        command.setDrainWorker(DrainWorkerRequest.newBuilder().setWorker(worker));
      }
    }
    cluster.ask(command);
  }

  private RetryJobRequest.Builder retry(String job) {
    RetryJobRequest.Builder request = RetryJobRequest.newBuilder().setJob(job);
    if (random.nextInt(4) == 0) {
      request.setMaxCheckpointAgeMillis(random.nextInt(100_000));
    }
    return request;
  }

  /** To a checkpoint that there is, if there is any, and now and then to one that is not. */
  private RestoreCheckpointRequest.Builder restore(String job) {
    RestoreCheckpointRequest.Builder request =
        RestoreCheckpointRequest.newBuilder().setJob(job).setPartition(random.nextInt(3));
    JobRecord record = cluster.core.state().job(job);
    if (record != null && request.getPartition() < record.partitions.length) {
      List<Checkpoint> kept = record.partitions[request.getPartition()].checkpoints;
      if (!kept.isEmpty() && random.nextInt(8) > 0) {
        return request.setSequence(kept.get(random.nextInt(kept.size())).getSequence());
      }
    }
    return request.setSequence(random.nextInt(6));
  }

  /** The store is looked through, as it was listed now or a while ago. */
  void collect(List<String> keys) {
    Collect.Builder collect = Collect.newBuilder().setDryRun(random.nextInt(4) == 0);
    for (String key : keys) {
      collect.addObjects(StoredObject.newBuilder().setKey(key).setLength(10));
    }
    cluster.ask(cluster.command().setCollect(collect));
  }

  /** Somebody wants a lease back, for whatever reason. */
  void wantBack() {
    List<Hold> held = new ArrayList<>();
    for (String incarnation : cluster.core.state().holdings.incarnations()) {
      held.addAll(cluster.core.state().holdings.of(incarnation).holds);
    }
    if (!held.isEmpty()) {
      Hold hold = held.get(random.nextInt(held.size()));
      Cause cause = random.nextBoolean() ? Cause.PREEMPTED : Cause.PAUSED;
      cluster.core.yields().ask(hold, cause, "somebody else needs the slot", cluster.nanos());
    }
  }
}

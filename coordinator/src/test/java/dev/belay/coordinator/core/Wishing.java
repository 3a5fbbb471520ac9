package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.proto.StopJobRequest;
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
    switch (random.nextInt(9)) {
      case 0, 1 -> command.setPauseJob(PauseJobRequest.newBuilder().setJob(job));
      case 2, 3 -> command.setResumeJob(ResumeJobRequest.newBuilder().setJob(job));
      case 4 -> command.setStopJob(StopJobRequest.newBuilder().setJob(job));
      case 5, 6 -> command.setRetryJob(RetryJobRequest.newBuilder().setJob(job));
      case 7 -> {
        if (random.nextInt(3) > 0) {
          return;
        }
        command.setRestartJob(
            RestartJobRequest.newBuilder().setJob(job).setKey("again-" + random.nextInt(3)));
      }
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

package dev.belay.coordinator.core;

import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SubmitRequest;
import java.util.List;
import java.util.Random;

/** Whoever says what nobody means: people, workers, and processes that nobody knows. */
final class Liar {
  private final TestCluster cluster;
  private final Random random;
  private final Noise noise;
  private int strangers;

  Liar(TestCluster cluster, Random random, Noise noise) {
    this.cluster = cluster;
    this.random = random;
    this.noise = noise;
  }

  /** Somebody does. */
  void lie(List<TestWorker> workers) {
    switch (random.nextInt(8)) {
      case 0 -> cluster.ask(cluster.command().setSubmit(noise.fill(SubmitRequest.newBuilder())));
      case 1 ->
          cluster.ask(
              cluster
                  .command()
                  .setListCompletions(noise.fill(ListCompletionsRequest.newBuilder())));
      case 2 ->
          cluster.ask(
              cluster.command().setDescribeJob(noise.fill(DescribeJobRequest.newBuilder())));
      case 3 -> cluster.ask(cluster.command().setListJobs(ListJobsRequest.getDefaultInstance()));
      case 4 ->
          cluster.ask(cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance()));
      case 5 -> {
        if (random.nextInt(4) == 0) {
          cluster.ask(cluster.command().setCancelJob(noise.fill(CancelJobRequest.newBuilder())));
        }
      }
      case 6 -> stranger();
      default -> liar(workers.get(random.nextInt(workers.size())));
    }
  }

  /** A process that nobody knows, with a greeting of its own. */
  private void stranger() {
    TestWorker stranger = new TestWorker(cluster, "x", "x-" + ++strangers, 1);
    stranger.stream = cluster.open(stranger);
    Hello.Builder hello = noise.fill(Hello.newBuilder());
    if (random.nextBoolean()) {
      hello.setProtocol(1).setSlots(2).clearCluster();
    }
    cluster.deliver(stranger.stream, FromWorker.newBuilder().setHello(hello).build());
    if (stranger.connected()) {
      liar(stranger);
    }
  }

  private void liar(TestWorker worker) {
    for (int i = 0; i < 3 && worker.connected(); i++) {
      worker.lied = true;
      cluster.deliver(worker.stream, noise.fill(FromWorker.newBuilder()).build());
      if (worker.connected() && random.nextBoolean()) {
        worker.lied = true;
        cluster.batch(worker.saying(noise.fill(Report.newBuilder()).build()));
      }
    }
  }
}

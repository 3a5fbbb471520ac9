package dev.belay.worker.link;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.worker.task.Reporter;
import dev.belay.worker.task.RunningTask;
import dev.belay.worker.task.TaskStarter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Tasks without threads, that do what a test makes them do. */
final class FakeWorkshop implements Workshop, TaskStarter {
  final List<FakeTask> tasks = new CopyOnWriteArrayList<>();
  volatile Reporter reporter = new NoReporter();
  volatile String store = "";
  volatile long meanTimeBetweenFailures = -1;

  /** The store is there as soon as this is open. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  @Override
  public TaskStarter open(String cluster, String store, Reporter reporter) throws IOException {
    if (store.startsWith("bad:")) {
      throw new IOException("no such store");
    }
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("the worker has ended");
    }
    this.store = store;
    this.reporter = reporter;
    return this;
  }

  @Override
  public RunningTask start(Assignment assignment) {
    FakeTask task = new FakeTask(assignment.getLease());
    tasks.add(task);
    return task;
  }

  @Override
  public void meanTimeBetweenFailures(long millis) {
    meanTimeBetweenFailures = millis;
  }

  FakeTask task(Lease lease) {
    return tasks.stream().filter(task -> task.lease().equals(lease)).findFirst().orElseThrow();
  }

  /** A task that ends when it is stopped, and gives itself back when it is told to drain. */
  final class FakeTask implements RunningTask {
    final List<String> stopped = new CopyOnWriteArrayList<>();
    private final Lease lease;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    FakeTask(Lease lease) {
      this.lease = lease;
    }

    CompletableFuture<Answer> checkpoint(long sequence) {
      return report(
          Report.newBuilder().setCheckpoint(Checkpoint.newBuilder().setSequence(sequence)));
    }

    CompletableFuture<Answer> complete() {
      return report(Report.newBuilder().setCompleted(Completed.getDefaultInstance()))
          .whenComplete((answer, failure) -> ended.complete(null));
    }

    private CompletableFuture<Answer> report(Report.Builder report) {
      return reporter.report(report.setLease(lease).build());
    }

    @Override
    public Lease lease() {
      return lease;
    }

    @Override
    public void stop(String reason) {
      stopped.add(reason);
      ended.complete(null);
    }

    @Override
    public void drain() {
      var unused =
          report(Report.newBuilder().setReleased(Released.getDefaultInstance()))
              .whenComplete((answer, failure) -> ended.complete(null));
    }

    @Override
    public void split(double fraction) {}

    @Override
    public TaskProgress progress() {
      return TaskProgress.newBuilder().setLease(lease).build();
    }

    @Override
    public CompletableFuture<Void> ended() {
      return ended.copy();
    }
  }

  private static final class NoReporter implements Reporter {
    @Override
    public CompletableFuture<Answer> report(Report report) {
      throw new IllegalStateException("not joined");
    }

    @Override
    public CompletableFuture<dev.belay.runtime.proto.ListCompletionsReply> completions(
        Lease lease, int fromIndex, int limit) {
      throw new IllegalStateException("not joined");
    }
  }
}

package dev.belay.bench.task;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.Report;
import dev.belay.worker.task.Reporter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every report with OK, at once. */
final class Approval implements Reporter {
  private final AtomicInteger checkpoints = new AtomicInteger();
  private volatile String lastFailure = "nothing was reported";

  @Override
  public CompletableFuture<Answer> report(Report report) {
    if (report.hasCheckpoint()) {
      checkpoints.incrementAndGet();
    }
    if (report.hasFailed()) {
      lastFailure = report.getFailed().getMessage();
    }
    return CompletableFuture.completedFuture(
        Answer.newBuilder().setLease(report.getLease()).setVerdict(Answer.Verdict.OK).build());
  }

  @Override
  public CompletableFuture<ListCompletionsReply> completions(
      Lease lease, int fromIndex, int limit) {
    return CompletableFuture.failedFuture(new IllegalStateException("nothing is published here"));
  }

  int checkpoints() {
    return checkpoints.get();
  }

  String lastFailure() {
    return lastFailure;
  }
}

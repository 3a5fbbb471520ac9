package dev.belay.worker.task;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator in memory: remembers reports, and answers as a test says; OK if it says nothing.
 * Thread-safe.
 */
final class RecordingReporter implements Reporter {
  /** A report that waits for its answer. */
  record Held(Report report, CompletableFuture<Answer> answer) {
    void answer(Verdict verdict) {
      answer.complete(RecordingReporter.answer(verdict));
    }

    /** Refuses, and says whether what was staged for it is needed by nobody. */
    void refuse(boolean discard) {
      answer.complete(
          RecordingReporter.answer(Verdict.REFUSED).toBuilder().setDiscard(discard).build());
    }
  }

  private final List<Report> reports = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  final List<Completion> completions = new ArrayList<>();

  /** Null: the report is held back. */
  private volatile Function<Report, @Nullable Verdict> script = report -> Verdict.OK;

  volatile int failingPages;

  void script(Function<Report, @Nullable Verdict> script) {
    this.script = script;
  }

  static Answer answer(Verdict verdict) {
    return Answer.newBuilder().setVerdict(verdict).setMessage("so says the test").build();
  }

  @Override
  public CompletableFuture<Answer> report(Report report) {
    Verdict verdict;
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    synchronized (this) {
      reports.add(report);
      verdict = script.apply(report);
      if (verdict == null) {
        held.add(new Held(report, answer));
      }
    }
    if (verdict != null) {
      answer.complete(answer(verdict));
    }
    return answer;
  }

  @Override
  public CompletableFuture<ListCompletionsReply> completions(
      Lease lease, int fromIndex, int limit) {
    if (failingPages > 0) {
      failingPages--;
      return CompletableFuture.failedFuture(new IOException("connection refused"));
    }
    ListCompletionsReply.Builder reply = ListCompletionsReply.newBuilder();
    // Smaller pages than asked for: that is the coordinator's right.
    int until = Math.min(completions.size(), fromIndex + 2);
    reply.addAllCompletions(completions.subList(fromIndex, until));
    reply.setNextIndex(until == completions.size() ? 0 : until);
    return CompletableFuture.completedFuture(reply.build());
  }

  synchronized List<Report> all() {
    return List.copyOf(reports);
  }

  synchronized List<Report.WhatCase> kinds() {
    return reports.stream().map(Report::getWhatCase).toList();
  }

  synchronized List<Held> held() {
    return List.copyOf(held);
  }

  List<Checkpoint> checkpoints() {
    return all().stream().filter(Report::hasCheckpoint).map(Report::getCheckpoint).toList();
  }

  Report last() {
    List<Report> all = all();
    return all.get(all.size() - 1);
  }

  synchronized void clear() {
    reports.clear();
    held.clear();
  }
}

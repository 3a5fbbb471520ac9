package dev.belay.worker.link;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.wire.Protocol;
import dev.belay.worker.task.Reporter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The tasks' way into the loop: each report gets a ticket, and its future waits under it. */
final class LoopReporter implements Reporter {
  /** Takes a report to the loop's thread. */
  interface Inbox {
    void put(Report report, long ticket);
  }

  private final Inbox inbox;
  private final AtomicLong tickets = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
  private volatile @Nullable Link link;
  private volatile boolean over;

  LoopReporter(Inbox inbox) {
    this.inbox = inbox;
  }

  @Override
  public CompletableFuture<Answer> report(Report report) {
    long ticket = tickets.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(ticket, answer);
    inbox.put(report, ticket);
    if (over) {
      failAll();
    }
    return answer;
  }

  @Override
  public CompletableFuture<ListCompletionsReply> completions(
      Lease lease, int fromIndex, int limit) {
    Link current = link;
    if (current == null) {
      return CompletableFuture.failedFuture(new IOException("the coordinator is out of reach"));
    }
    return current.completions(
        ListCompletionsRequest.newBuilder()
            .setProtocol(Protocol.VERSION)
            .setLease(lease)
            .setFromIndex(fromIndex)
            .setLimit(limit)
            .build());
  }

  /** For who has the turn: the link that asks from now on; null while there is none. */
  void use(@Nullable Link current) {
    link = current;
  }

  /** For who has the turn. */
  void answered(long ticket, Answer answer) {
    CompletableFuture<Answer> future = waiting.remove(ticket);
    if (future != null) {
      future.complete(answer);
    }
  }

  /** The worker shuts down: whoever waits, or will, is told so. */
  void end() {
    over = true;
    link = null;
    failAll();
  }

  private void failAll() {
    for (Long ticket : List.copyOf(waiting.keySet())) {
      CompletableFuture<Answer> future = waiting.remove(ticket);
      if (future != null) {
        future.completeExceptionally(new IOException("this worker has ended"));
      }
    }
  }
}

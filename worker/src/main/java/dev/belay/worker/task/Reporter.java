package dev.belay.worker.task;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.Report;
import java.util.concurrent.CompletableFuture;

/**
 * How a running task speaks to the coordinator, through outages and restarts. Safe for use by many
 * threads.
 */
public interface Reporter {
  /**
   * Queues a report (its number is set here) until the coordinator has answered it, over as many
   * connections as that takes. Reports of one lease are answered in their order. A refusal also
   * stops the task, before the future completes. Completes exceptionally only when the worker shuts
   * down.
   */
  CompletableFuture<Answer> report(Report report);

  /**
   * Asks for results of completed partitions, once: fails with what the connection says, for the
   * caller to try again.
   */
  CompletableFuture<ListCompletionsReply> completions(Lease lease, int fromIndex, int limit);
}

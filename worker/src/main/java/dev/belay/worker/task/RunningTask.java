package dev.belay.worker.task;

import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskProgress;
import java.util.concurrent.CompletableFuture;

/** A lease being worked on. Safe for use by many threads; no call blocks. */
public interface RunningTask {
  Lease lease();

  /** The lease is gone: the work ends at its next safe point and reports nothing any more. */
  void stop(String reason);

  /**
   * The worker leaves: a final checkpoint at the next safe point, then a report that the task is
   * given back.
   */
  void drain();

  /**
   * Others could help: the partition is cut in two at the next safe point, if the job can, and a
   * report says so.
   *
   * @param fraction how much of what is left it should keep
   */
  void split(double fraction);

  /** For the next heartbeat. */
  TaskProgress progress();

  /**
   * Completes when the task's thread has left: nothing more is reported. What it was storing may
   * still be on its way, if the store hangs; nobody needs it. Never exceptionally.
   */
  CompletableFuture<Void> ended();
}

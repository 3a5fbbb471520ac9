package dev.belay.worker.task;

import dev.belay.runtime.proto.Progress;

/** What is done under a lease; one implementation for each kind of task. */
interface Work {
  /**
   * Does it, from the first report to the last, on the attempt's thread. Whatever this throws is
   * reported, unless the attempt was ended otherwise.
   */
  void run() throws Exception;

  /** For the heartbeat; on any thread. */
  default Progress progress() {
    return Progress.getDefaultInstance();
  }

  /** Cut it in two if that is possible; on any thread. */
  default void split(double fraction) {}

  /**
   * Once {@link #run} has left: runs the action, on any thread, when nothing of it goes on in the
   * background any more.
   */
  default void whenSettled(Runnable action) {
    action.run();
  }
}

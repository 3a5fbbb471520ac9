package dev.belay.worker.task;

import dev.belay.runtime.proto.Assignment;

/** Begins the work of an assignment, each on a thread of its own. Safe for use by many threads. */
public interface TaskStarter {
  /** Returns at once; whatever goes wrong later is reported, not thrown. */
  RunningTask start(Assignment assignment);

  /**
   * As the coordinator observes it over all workers, for the choice of the checkpoint interval; 0
   * while unknown.
   */
  void meanTimeBetweenFailures(long millis);
}

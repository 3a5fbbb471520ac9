package dev.belay.coordinator.core;

/**
 * How often, and how soon, a task is tried again that failed by its own fault. Only such failures
 * count; a worker that went away is no fault of the task's. Each new checkpoint forgives.
 *
 * @param attempts without progress, the first one included
 * @param firstMillis before the second attempt; doubled for each one after
 * @param maxMillis at most
 */
record RetryPolicy(int attempts, long firstMillis, long maxMillis) {
  static final RetryPolicy DEFAULT = new RetryPolicy(5, 1_000, 60_000);

  /** Whether one more failure is one too many. */
  boolean exhausted(TaskRecord task) {
    return task.errorsWithoutProgress + 1 >= attempts;
  }

  /**
   * Whether a task may be assigned. A wait longer than any that was ever set means that somebody
   * has set the wall clock back: it is no reason to wait for that long.
   */
  boolean due(TaskRecord task, long wallMillis) {
    long wait = task.notBeforeMillis - wallMillis;
    return wait <= 0 || wait > longestMillis();
  }

  /** No wait is longer. */
  long longestMillis() {
    return maxMillis + maxMillis / 10;
  }

  /**
   * Doubled each time, with a tenth more or less drawn from what the task is, so that a replay
   * draws the same.
   */
  long backoffMillis(TaskRecord task) {
    long doubled = firstMillis << Math.min(task.errorsWithoutProgress, 20);
    long base = Math.min(doubled, maxMillis);
    long seed = task.job.id.hashCode() * 31L + task.index * 17L + task.epochCounter;
    long jitter =
        Math.floorMod(seed * 0x9e3779b97f4a7c15L >>> 33, Math.max(1, base / 5)) - base / 10;
    return base + jitter;
  }
}

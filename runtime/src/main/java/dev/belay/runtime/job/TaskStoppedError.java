package dev.belay.runtime.job;

/**
 * Thrown by a task's methods when its work must end: the job was cancelled, the worker drains, or
 * the lease went to another worker. An Error, so that {@code catch (Exception)} does not swallow
 * it; once thrown, every later call on the task throws it again. Let it pass; release what you hold
 * in {@code finally}.
 */
public final class TaskStoppedError extends Error {
  private static final long serialVersionUID = 1;

  public TaskStoppedError(String reason) {
    super(reason);
  }
}

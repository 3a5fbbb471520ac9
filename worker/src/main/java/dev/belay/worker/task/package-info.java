/**
 * Runs what was assigned: one thread a task, its checkpoints, its output. Knows nothing of
 * connections.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.worker.task;

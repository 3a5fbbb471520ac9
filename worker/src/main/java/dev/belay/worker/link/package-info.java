/**
 * The worker's connection, and the loop that carries out what the core decides. Knows nothing of
 * how a task is run.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.worker.link;

/**
 * The job API: what a user writes against, and nothing else.
 *
 * <p>A {@link dev.belay.runtime.job.Job} cuts its input into splits, works through one split per
 * {@link dev.belay.runtime.job.Task}, and publishes. The ready-made jobs import only this package
 * and those below it.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.job;

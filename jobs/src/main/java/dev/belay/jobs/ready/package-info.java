/**
 * The ready-made jobs: useful as they are, and examples of the job API, which is all that they
 * import.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.ready;

/**
 * A whole cluster on this machine, for {@code belay run} and {@code belay demo}: a coordinator in
 * this process, workers in processes of their own.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.cli.local;

package dev.belay.runtime.time;

/**
 * What time it is, as handed to a core, which has no clock of its own.
 *
 * @param nanos monotonic, for deadlines; meaningless outside this process and never journaled
 * @param wallMillis since the epoch, for people
 */
public record Now(long nanos, long wallMillis) {}

package dev.belay.runtime.job;

/**
 * A split cut in two: what is in the one is not in the other, and together they are the whole.
 *
 * @param head what the running partition keeps: it holds all that was done before the cut
 * @param tail what becomes a partition of its own, and is begun with a fresh state
 */
public record Cut<P>(P head, P tail) {}

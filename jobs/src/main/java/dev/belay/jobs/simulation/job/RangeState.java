package dev.belay.jobs.simulation.job;

/**
 * The state of a partition: what a checkpoint saves.
 *
 * @param next the number to go on with
 * @param sum of all numbers of the partition before it
 */
public record RangeState(long next, long sum) {}

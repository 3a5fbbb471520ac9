package dev.belay.coordinator.core;

import java.util.List;

/**
 * What is known of a partition that fails whatever is tried.
 *
 * @param detail where in the job's code; empty if it is not known
 * @param log the last lines that it logged
 */
record Poison(String detail, List<String> log) {}

package dev.belay.bench.interval;

import java.time.Duration;
import java.util.List;

/**
 * What the user wants to know of intervals.
 *
 * @param stall of one checkpoint
 * @param meanTimeBetweenFailures of a worker
 * @param recovery from a failure to work going on: detection and restore
 * @param intervals to look at; zero: chosen automatically
 * @param duration of each measurement
 */
public record IntervalQuestion(
    Duration stall,
    Duration meanTimeBetweenFailures,
    Duration recovery,
    List<Duration> intervals,
    Duration duration) {}

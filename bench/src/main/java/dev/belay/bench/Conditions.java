package dev.belay.bench;

import dev.belay.bench.interval.IntervalQuestion;
import java.nio.file.Path;

/**
 * What a benchmark is run with.
 *
 * @param directory its files go below it; on the disk that is to be measured
 * @param kills how often each fault of the whole-process benchmarks happens
 * @param partitions of the throughput benchmark; 0: as the profile has it
 * @param seed of what is chosen at random
 */
public record Conditions(
    Profile profile,
    Path directory,
    int kills,
    int partitions,
    long seed,
    IntervalQuestion interval) {}

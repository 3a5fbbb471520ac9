package dev.belay.jobs.simulation.machine;

import dev.belay.runtime.simulation.Chance;
import dev.belay.runtime.simulation.Trace;
import dev.belay.runtime.simulation.VirtualTime;

/**
 * What everything simulated shares.
 *
 * @param injected what went wrong so far
 */
public record World(VirtualTime time, Trace trace, Chance chance, Counts injected) {}

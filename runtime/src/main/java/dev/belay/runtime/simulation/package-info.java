/**
 * The kernel of the simulator: virtual time, events in order, chance from a seed, a trace. It knows
 * nothing of what is simulated; the system is in {@code dev.belay.jobs.simulation}.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.simulation;

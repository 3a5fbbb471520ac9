/**
 * The whole system under virtual time: a seed draws a cluster, jobs and faults; the checker watches
 * every event; then the faults end and everything must. The same seed makes the same trace.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation;

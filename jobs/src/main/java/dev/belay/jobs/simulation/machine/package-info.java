/**
 * What a cluster runs on, and what may go wrong with it: processes, network, disk, store, files. It
 * knows the messages and the journal's bytes, and nothing of who decides what.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.machine;

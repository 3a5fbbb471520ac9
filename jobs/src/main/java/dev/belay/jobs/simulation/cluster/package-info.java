/**
 * The simulated cluster: the real cores, the real loop's recipe and the real journal's codec, put
 * together as a server and its workers do, on simulated machines.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.cluster;

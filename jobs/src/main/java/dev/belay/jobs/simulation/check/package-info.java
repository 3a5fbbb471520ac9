/**
 * What must hold, whatever happens: a second account of the cluster, kept from the journal's
 * records, from what workers really did and from what anybody was told. It shares no code with the
 * cores that it checks.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.check;

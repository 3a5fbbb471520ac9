/** What goes wrong, and when: drawn from the seed. */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.faults;

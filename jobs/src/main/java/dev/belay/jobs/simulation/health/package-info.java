/** Workers that fall ill before they die, drawn from a seed, and how well that is foreseen. */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.health;

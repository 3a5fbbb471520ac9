/**
 * Copies what the journal makes live, and the journal itself, to a second store, and makes a
 * cluster again from there.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator.mirror;

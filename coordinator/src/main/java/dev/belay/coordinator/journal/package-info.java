/** Remembers what the coordinator decided, before anyone sees it. */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator.journal;

/** Decide, make it durable, then let anyone see it: one thread. */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator.loop;

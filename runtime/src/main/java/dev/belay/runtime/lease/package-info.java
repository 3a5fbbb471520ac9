/** Leases: epochs in order, and what a set of leases adds up to. */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.lease;

/** Stores that take no time of their own. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.store;

/** Measures everything; the launcher starts it, and nothing depends on it. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench;

/** Pieces of output as objects. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.segment;

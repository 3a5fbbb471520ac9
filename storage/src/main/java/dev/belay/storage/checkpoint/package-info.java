/** Checkpoints as objects. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.checkpoint;

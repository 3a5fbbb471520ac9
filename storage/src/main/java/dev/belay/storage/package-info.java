/** Keeps checkpoints: bytes in, verified bytes out. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage;

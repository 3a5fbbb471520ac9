/**
 * What a worker does, and when: a state machine without clock, thread, random, logger or IO. The
 * loop around it is in {@code dev.belay.worker.link}.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.worker.core;

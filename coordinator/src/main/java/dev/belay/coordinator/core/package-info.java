/**
 * The coordinator's decisions: a deterministic state machine without clock, thread, random, logger
 * or IO.
 *
 * <p>Read {@link dev.belay.coordinator.core.Core} first. Each of the other files answers one
 * question: what a job is ({@code JobRecord}), where a task stands ({@code TaskRecord}, {@code
 * Lifecycle}), who is alive ({@code Liveness}), who holds what ({@code Holdings}), what waits
 * ({@code ReadyQueue}), whose turn it is ({@code FairShare}), who gets it ({@code Pool}), and all
 * of that together ({@code Placer}).
 */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator.core;

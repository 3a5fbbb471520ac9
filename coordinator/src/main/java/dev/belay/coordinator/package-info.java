/**
 * Decides who runs what, and remembers it in a journal. {@link
 * dev.belay.coordinator.CoordinatorServer} assembles it: the pure core ({@code core}), the journal
 * ({@code journal}), the loop that ties them together ({@code loop}), and the network ({@code
 * rpc}).
 */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator;

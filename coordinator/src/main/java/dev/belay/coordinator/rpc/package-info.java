/** The network: turns calls into commands, and effects into messages. Decides nothing. */
@org.jspecify.annotations.NullMarked
package dev.belay.coordinator.rpc;

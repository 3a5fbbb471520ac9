/** What a coordinator's core is asked and told, without a network. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.coordinator;

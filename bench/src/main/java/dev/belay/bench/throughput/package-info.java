/** How many tiny partitions a whole cluster takes through their life in a second. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.throughput;

/** What many workers, and jobs of many partitions, ask of a coordinator. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.scale;

/** What the choice of the checkpoint interval costs, computed and measured. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.interval;

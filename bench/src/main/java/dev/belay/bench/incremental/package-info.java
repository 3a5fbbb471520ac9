/** What checkpoints cost that build on others. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.incremental;

/** What is gained by splitting, or by running a second time, what would keep a job waiting. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.stragglers;

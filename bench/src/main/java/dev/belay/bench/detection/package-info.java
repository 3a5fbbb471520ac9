/** How soon, and how often wrongly, ways to detect failures give a worker up. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.detection;

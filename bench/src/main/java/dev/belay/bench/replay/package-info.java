/** How long a coordinator takes to read its journal back. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.replay;

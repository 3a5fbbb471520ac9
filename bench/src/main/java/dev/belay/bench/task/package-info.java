/** Tasks as workers run them, without a coordinator. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.task;

/** Whole processes, real signals: how long until every partition goes on. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.recovery;

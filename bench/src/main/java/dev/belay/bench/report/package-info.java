/** Figures as tables, for people and for programs. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.report;

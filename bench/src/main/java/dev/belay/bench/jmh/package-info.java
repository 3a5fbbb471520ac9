/** What is measured with JMH: one class a question, and how JMH is run and heard. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.jmh;

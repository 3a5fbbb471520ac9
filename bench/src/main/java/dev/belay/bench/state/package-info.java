/** States of a known size, as jobs have them. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.state;

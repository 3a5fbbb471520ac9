/** Large keyed state of which little changes at a time. */
@org.jspecify.annotations.NullMarked
package dev.belay.bench.keyed;

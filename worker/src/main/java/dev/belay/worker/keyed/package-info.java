/** Large keyed state as a log of changes: which parts a checkpoint reuses, and what it writes. */
@org.jspecify.annotations.NullMarked
package dev.belay.worker.keyed;

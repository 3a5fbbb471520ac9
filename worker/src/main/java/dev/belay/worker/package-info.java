/** A worker as part of any program: {@link dev.belay.worker.BelayWorker}. */
@org.jspecify.annotations.NullMarked
package dev.belay.worker;

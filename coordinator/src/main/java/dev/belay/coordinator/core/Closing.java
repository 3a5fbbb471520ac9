package dev.belay.coordinator.core;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.PartitionState;

/**
 * Which leases are over for good, whoever asks. A journal is enough to fence: what carries an old
 * epoch is refused. It is not enough to delete what was stored under one: an old copy of a journal,
 * on a machine that comes back, gives up leases that are alive elsewhere. So it takes the word of a
 * worker, which nobody who has none can make up: that a lease has ended, or that a later one of the
 * task is worked on.
 */
final class Closing {
  private Closing() {}

  /** Its holder speaks under it, so those before it are over. */
  static void heard(Hold hold) {
    close(hold, hold.counter - 1);
  }

  /** Its holder has ended it. To be called before it is dropped. */
  static void ended(Hold hold) {
    close(hold, hold.counter);
  }

  private static void close(Hold hold, long upTo) {
    Hold other = hold.other();
    long closed = other == null ? upTo : Math.min(upTo, other.counter - 1);
    hold.task.closed = Math.max(hold.task.closed, closed);
  }

  /** Whether nothing that was stored under this epoch can ever be heard of for the first time. */
  static boolean isOver(TaskRecord task, long generation, long counter) {
    long now = Integer.toUnsignedLong(task.job.epochGeneration);
    if (generation != now) {
      // Of one to come this journal knows nothing.
      return generation < now;
    }
    return counter > 0
        && counter <= task.epochCounter
        && task.heldUnder(Epochs.of(task.job.epochGeneration, counter)) == null
        && (task.state == PartitionState.PARTITION_SUCCEEDED || counter <= task.closed);
  }
}

package dev.belay.worker.core;

import dev.belay.runtime.proto.ToWorker;

/**
 * Which messages of the coordinator still count. Each names the coordinator's start, the stream and
 * its own number on that stream, from 1: of another start or stream, or not above the last one
 * taken, it is old news. A number left out means that something was lost.
 */
final class StreamFilter {
  private long coordinatorStart;
  private long stream;
  private long revision;
  private boolean gap;

  /**
   * Whether a Welcome opens a newer stream than the one before; if so, it is the one from now on.
   */
  boolean begin(ToWorker welcome) {
    boolean sameStart = welcome.getCoordinatorStart() == coordinatorStart && stream != 0;
    if (sameStart && Long.compareUnsigned(welcome.getStream(), stream) <= 0) {
      return false;
    }
    coordinatorStart = welcome.getCoordinatorStart();
    stream = welcome.getStream();
    revision = welcome.getRevision();
    gap = false;
    return true;
  }

  /** Whether the message is news. */
  boolean take(ToWorker message) {
    if (message.getCoordinatorStart() != coordinatorStart
        || message.getStream() != stream
        || Long.compareUnsigned(message.getRevision(), revision) <= 0) {
      return false;
    }
    gap |= message.getRevision() != revision + 1;
    revision = message.getRevision();
    return true;
  }

  /** Whether a message was left out since this was last asked. */
  boolean takeGap() {
    boolean was = gap;
    gap = false;
    return was;
  }
}

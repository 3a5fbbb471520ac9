package dev.belay.coordinator.core;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.ToWorker;
import java.util.List;

/**
 * Something for the world to see. The contract of all kinds: carried out only after every event
 * decided before it, in this command or an earlier one, is durable; in the order given; and lost
 * without harm when the process dies first.
 */
public sealed interface Effect {
  /** Answers a request. */
  record Reply(long request, Message message) implements Effect {}

  /** Answers a request with a refusal: one line for people. */
  record Refuse(long request, Reason reason, String message) implements Effect {
    /** Mirrors the status that clients know. */
    public enum Reason {
      NOT_FOUND,
      INVALID,
      ALREADY_EXISTS,
      PRECONDITION
    }
  }

  /**
   * Sends to a worker; who carries it out fills in the revision. A stream that is gone is no error.
   */
  record Send(long stream, ToWorker.Builder message) implements Effect {}

  /** Ends a worker's stream, after what was sent on it. */
  record CloseStream(long stream) implements Effect {}

  /**
   * Deletes released objects, or all of a job's; answered by a DeletionDone command. May come again
   * after a restart.
   *
   * @param prefix of the job's keys
   */
  record Delete(String job, String prefix, List<String> keys, boolean all) implements Effect {}
}

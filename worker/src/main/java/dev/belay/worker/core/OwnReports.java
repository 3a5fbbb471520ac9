package dev.belay.worker.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import java.util.Locale;

/** The reports that the core makes itself, where no task can. */
final class OwnReports {
  /** A report that every connection carries: half of what a coordinator accepts. */
  static final int MAX_BYTES = 8 << 20;

  private OwnReports() {}

  static Report released(Lease lease, Released.Why why) {
    return Report.newBuilder()
        .setLease(lease)
        .setReleased(Released.newBuilder().setWhy(why))
        .build();
  }

  /** So that a task that vanished is tried again, and not waited for for ever. */
  static Report endedSilently(Lease lease) {
    Failed failed =
        Failed.newBuilder()
            .setKind(Failed.Kind.APPLICATION)
            .setMessage("the task's thread ended without saying how; see the worker's log")
            .build();
    return Report.newBuilder().setLease(lease).setFailed(failed).build();
  }

  /** In place of a report that the connection would not carry. */
  static Report tooLarge(Report report) {
    Failed failed =
        Failed.newBuilder()
            .setKind(Failed.Kind.PERMANENT)
            .setMessage(
                "its report ("
                    + report.getWhatCase().name().toLowerCase(Locale.ROOT)
                    + ") has "
                    + report.getSerializedSize()
                    + " bytes, more than "
                    + MAX_BYTES
                    + ": cut the input into more partitions, or write fewer, larger pieces of"
                    + " output")
            .build();
    return Report.newBuilder().setLease(report.getLease()).setFailed(failed).build();
  }

  /** An answer that the core gives in the coordinator's place, which may have seen the report. */
  static Answer refusal(Lease lease, String message) {
    return Answer.newBuilder()
        .setLease(lease)
        .setVerdict(Answer.Verdict.REFUSED)
        .setMessage(message)
        .build();
  }

  /** As above, to a report that the coordinator has never seen: nobody needs what is in it. */
  static Answer unsent(Lease lease, String message) {
    return refusal(lease, message).toBuilder().setDiscard(true).build();
  }
}

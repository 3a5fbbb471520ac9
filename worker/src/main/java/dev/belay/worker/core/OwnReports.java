package dev.belay.worker.core;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;

/** The reports that the core makes itself, where no task can. */
final class OwnReports {
  private OwnReports() {}

  static Report released(Lease lease) {
    return Report.newBuilder().setLease(lease).setReleased(Released.getDefaultInstance()).build();
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
}

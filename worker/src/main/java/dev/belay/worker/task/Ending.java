package dev.belay.worker.task;

import dev.belay.runtime.proto.Failed;

/** Why an attempt ends before its work is through. */
sealed interface Ending {
  /** For whoever calls the task next. */
  String reason();

  /** The lease is gone: nothing is reported any more. */
  record Stopped(String reason) implements Ending {}

  /** The worker leaves, and what was done is safe: the lease is given back. */
  record Released(String reason) implements Ending {}

  /** Its thread hangs, and the failure has been reported for it. */
  record Stuck(String reason) implements Ending {}

  /** It cannot succeed, whatever the job's code does with the error that it sees. */
  record Broken(Failed failed) implements Ending {
    @Override
    public String reason() {
      return failed.getMessage();
    }
  }
}

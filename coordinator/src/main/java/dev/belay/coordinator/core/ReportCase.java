package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.time.Now;

/** A report under a lease that is out, being decided. */
record ReportCase(long stream, Report report, Hold hold, Decision.Draft draft, Now now) {
  TaskRecord task() {
    return hold.task;
  }

  Decision answer(Verdict verdict, String message) {
    return draft.then(answering(stream, report, verdict, message)).done();
  }

  Decision ok() {
    return answer(Verdict.OK, "");
  }

  Decision refused(String why) {
    return answer(Verdict.REFUSED, why);
  }

  /**
   * Refuses.
   *
   * @param discard whether what was staged for it is needed by nobody
   */
  static Effect refusing(long stream, Report report, String why, boolean discard) {
    return new Effect.Send(
        stream,
        ToWorker.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(report.getNumber())
                    .setLease(report.getLease())
                    .setVerdict(Verdict.REFUSED)
                    .setMessage(why)
                    .setDiscard(discard)));
  }

  static Effect answering(long stream, Report report, Verdict verdict, String message) {
    return new Effect.Send(
        stream,
        ToWorker.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(report.getNumber())
                    .setLease(report.getLease())
                    .setVerdict(verdict)
                    .setMessage(message)));
  }
}

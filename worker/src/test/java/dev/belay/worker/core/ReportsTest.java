package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answers;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Started;
import org.junit.jupiter.api.Test;

/** Reports: repeated until they are answered, in order, and dropped when they are refused. */
class ReportsTest {
  static final Completed COMPLETED = Completed.getDefaultInstance();

  private static Report.Builder started(String lease) {
    return report(lease).setStarted(Started.getDefaultInstance());
  }

  private static Report.Builder checkpoint(String lease) {
    return report(lease).setCheckpoint(Checkpoint.getDefaultInstance());
  }

  private static Report.Builder completed(String lease) {
    return report(lease).setCompleted(COMPLETED);
  }

  private static Scene running(String... leases) {
    return Scene.joined().desired(whole(leases)).forget();
  }

  @Test
  void aReportIsNumberedSentAndAnswered() {
    running("p0@1")
        .reports(77, started("p0@1"))
        .does("send report 1 p0@1 STARTED")
        .answers(1, "p0@1", Answer.Verdict.OK)
        .does("answered 77 OK")
        .answers(1, "p0@1", Answer.Verdict.OK)
        .does();
  }

  @Test
  void reportsMadeWhileTheCoordinatorIsAwayWaitAndAreSentInOrderOnce() {
    Scene scene = running("p0@1", "p1@2").closed("connection reset").forget();
    scene.reports(1, checkpoint("p0@1")).reports(2, started("p1@2")).reports(3, completed("p0@1"));
    scene.does();
    scene.reconnects().welcome().forget();
    scene.desired(whole("p0@1", "p1@2")).does();
    scene.passes(0).doesBesideHeartbeats();
  }

  @Test
  void unansweredReportsAreSentAgainInOrderOnEveryNewLink() {
    Scene scene = running("p0@1").reports(1, started("p0@1")).reports(2, checkpoint("p0@1"));
    scene.answers(1, "p0@1", Answer.Verdict.OK).reports(3, completed("p0@1")).forget();
    scene.reconnects().forget();
    scene
        .welcome()
        .does(
            "notice: the coordinator at 127.0.0.1:7070 is back",
            "send report 2 p0@1 CHECKPOINT",
            "send report 3 p0@1 COMPLETED");
  }

  @Test
  void anAnswerThatWasLostIsAskedForAgain() {
    Scene scene = running("p0@1").reports(1, checkpoint("p0@1")).forget();
    scene.passesAcknowledged(4_800).doesBesideHeartbeats();
    scene.passesAcknowledged(500).doesBesideHeartbeats("send report 1 p0@1 CHECKPOINT");
  }

  @Test
  void aRefusalStopsTheWorkAndRefusesWhatItReportedSince() {
    Scene scene = running("p0@1", "p1@2");
    scene.reports(1, checkpoint("p0@1")).reports(2, checkpoint("p1@2"));
    scene.reports(3, completed("p0@1")).forget();
    scene
        .answers(1, "p0@1", Answer.Verdict.REFUSED)
        .does(
            "stop p0@1: refused by the coordinator: old",
            "answered 1 REFUSED",
            "answered 3 REFUSED");
    scene.reports(4, checkpoint("p0@1")).does("answered 4 REFUSED");
    scene.answers(2, "p1@2", Answer.Verdict.OK).does("answered 2 OK");
    scene.reconnects().forget().welcome();
    assertThat(scene.lines()).noneMatch(line -> line.startsWith("send report"));
  }

  @Test
  void aCheckpointThatHasToBeWrittenInFullIsAnsweredSo() {
    running("p0@1")
        .reports(5, checkpoint("p0@1"))
        .forget()
        .answers(1, "p0@1", Answer.Verdict.WRITE_FULL)
        .does("answered 5 WRITE_FULL");
  }

  @Test
  void anAnswerToAnotherLeaseIsNone() {
    running("p0@1")
        .reports(1, checkpoint("p0@1"))
        .forget()
        .answers(1, "p0@9", Answer.Verdict.REFUSED)
        .does();
  }

  @Test
  void aTaskThatIsNotDesiredAnyMoreIsStoppedButWhatItReportedIsStillAsked() {
    Scene scene = running("p0@1").closed("connection reset");
    scene.reports(1, checkpoint("p0@1")).reconnects().forget();
    scene.welcome().forget();
    scene.desired(whole()).does("stop p0@1: the coordinator has given it to another worker");
    scene.taskEnded("p0@1").answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK");
  }

  @Test
  void aCompletionThatWasCommittedBeforeTheCoordinatorDiedIsNotTakenForALostLease() {
    Scene scene = running("p0@1").reports(1, completed("p0@1")).taskEnded("p0@1");
    scene.coordinatorRestarts().reconnects().welcome().forget();
    scene.desired(whole()).does();
    scene.answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK").passes(600);
    scene.doesBesideHeartbeats();
  }

  @Test
  void aThreadThatWaitsForTheAnswerToItsLastWordIsNotStoppedMeanwhile() {
    Scene scene = running("p0@1").reports(1, completed("p0@1"));
    scene.coordinatorRestarts().reconnects().welcome().forget();
    scene.desired(whole()).does();
    scene.answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK").taskEnded("p0@1").does();
  }

  @Test
  void aReportOfATaskThatDoesNotRunHereIsRefusedAtOnce() {
    running().reports(9, completed("p5@5")).does("answered 9 REFUSED");
  }

  @Test
  void aReportThatNoConnectionCarriesFailsItsTaskAndHoldsUpNoOther() {
    Report.Builder large =
        report("p0@1").setCheckpoint(Checkpoint.newBuilder().addReferences("x".repeat(9 << 20)));
    Scene scene = running("p0@1", "p1@2").reports(1, large);
    scene.does(
        "stop p0@1: its report is too large to be sent",
        "answered 1 REFUSED",
        "send report 1 p0@1 FAILED");
    scene.reports(2, completed("p1@2")).does("send report 2 p1@2 COMPLETED");
    scene.taskEnded("p0@1").answers(1, "p0@1", Answer.Verdict.OK).does();
  }

  @Test
  void aTaskThatEndsWithoutALastWordIsReportedAsFailed() {
    running("p0@1").taskEnded("p0@1").does("send report 1 p0@1 FAILED");
    running("p0@1").desired(leadingTo(revoke("p0@1"))).forget().taskEnded("p0@1").does();
  }

  /** Answers that come together name reports; to each it is as if it had been answered alone. */
  @Test
  void answersToSeveralReportsAreTakenOneByOne() {
    Scene scene = Scene.joined().desired(Scene.whole("p0@1", "p1@2"));
    scene.reports(5, Scene.report("p0@1").setCompleted(COMPLETED));
    scene.reports(6, Scene.report("p1@2").setCompleted(COMPLETED)).forget();
    Answer refused =
        Answer.newBuilder()
            .setNumber(2)
            .setLease(Scene.lease("p1@2"))
            .setVerdict(Answer.Verdict.REFUSED)
            .build();
    Answers.Builder both = Answers.newBuilder().addOk(1).addOk(77).addOthers(refused);
    scene
        .receives(scene.message().setAnswers(both))
        .does("answered 5 OK", "stop p1@2: refused by the coordinator: ", "answered 6 REFUSED");
    scene.receives(scene.message().setAnswers(both)).does();
  }
}

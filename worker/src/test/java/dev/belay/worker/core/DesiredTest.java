package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.assign;
import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Desired;
import org.junit.jupiter.api.Test;

/** From what is desired to what runs. */
class DesiredTest {
  private static final Desired NOTHING = leadingTo(Desired.getDefaultInstance());

  @Test
  void anAssignmentStartsOnceHoweverOftenItComes() {
    Scene scene = Scene.joined().desired(leadingTo(assign("p0@1"), "p0@1")).does("start p0@1");
    scene.desired(leadingTo(assign("p0@1"), "p0@1")).does();
    scene.desired(whole("p0@1")).does();
    scene.reconnects().welcome().forget();
    scene.desired(whole("p0@1")).does();
  }

  @Test
  void aRevocationStopsOnce() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2")).forget();
    scene.desired(leadingTo(revoke("p0@1"), "p1@2")).does("stop p0@1: revoked");
    scene.desired(leadingTo(revoke("p0@1"), "p1@2")).does();
    scene.desired(whole("p1@2")).does();
  }

  @Test
  void aRevocationOfAnOldEpochDoesNotTouchTheNewOne() {
    Scene scene = Scene.joined().desired(whole("p0@2")).forget();
    scene.desired(leadingTo(revoke("p0@1"), "p0@2")).does();
  }

  @Test
  void aNewerEpochWaitsUntilTheThreadOfTheOlderOneHasLeft() {
    Scene scene = Scene.joined().desired(whole("p0@1")).forget();
    scene.desired(whole("p0@2")).does("stop p0@1: the coordinator has given it to another worker");
    scene.passes(400).doesBesideHeartbeats();
    scene.taskEnded("p0@1").does("start p0@2");
    scene.taskEnded("p0@1").does();
  }

  @Test
  void aNewerEpochStopsTheOlderOneEvenIfItsRevocationWasLost() {
    Scene scene = Scene.joined().desired(whole("p0@1")).forget();
    scene
        .desired(leadingTo(assign("p0@2"), "p0@2"))
        .does("stop p0@1: the coordinator has assigned it anew");
    scene.taskEnded("p0@1").does("start p0@2");
  }

  @Test
  void anEpochThatWasRevokedWhileItWaitedNeverStarts() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole("p0@2")).forget();
    scene.desired(whole()).taskEnded("p0@1").does();
  }

  @Test
  void aLeaseThatEndedHereAndIsDesiredAgainIsGivenBack() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole()).taskEnded("p0@1").forget();
    scene.desired(whole("p0@1")).does("send report 1 p0@1 RELEASED");
    scene.desired(whole("p0@1")).does();
    scene.answers(1, "p0@1", Answer.Verdict.OK).does();
    scene.desired(whole("p0@2")).does("start p0@2");
  }

  @Test
  void anEndedLeaseIsNotDesiredAnyMoreOnceItsLastWordIsAnswered() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2"));
    scene.reports(1, report("p0@1").setCompleted(ReportsTest.COMPLETED)).taskEnded("p0@1");
    scene.answers(1, "p0@1", Answer.Verdict.OK).forget();
    scene.desired(leadingTo(assign("p2@3"), "p1@2", "p2@3")).does("start p2@3");
    scene.passesAcknowledged(3_000).doesBesideHeartbeats();
  }

  @Test
  void aChangeThatCameBeforeTheAnswerThatExplainsItIsNoReasonToAsk() {
    Scene scene = Scene.joined().desired(whole("p0@1")).passesAcknowledged(600);
    scene.reports(1, report("p0@1").setCompleted(ReportsTest.COMPLETED)).forget();
    scene.desired(NOTHING).answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK");
    scene.passesAcknowledged(3_000).doesBesideHeartbeats();
  }

  @Test
  void aDifferentSetIsAskedForWholeAndNotInAStorm() {
    Scene scene = Scene.joined().passesAcknowledged(1_000).forget();
    scene.desired(leadingTo(assign("p0@1"), "p0@1", "p1@2")).does("start p0@1");
    scene.passesAcknowledged(500).doesBesideHeartbeats("send resync");
    scene.passesAcknowledged(59_500);
    // After 1, 2, 4, 8, 16 s, and half a heartbeat each.
    scene.doesBesideHeartbeats(
        "send resync", "send resync", "send resync", "send resync", "send resync");
    scene.desired(whole("p0@1", "p1@2")).does("start p1@2");
    scene.passesAcknowledged(60_000).doesBesideHeartbeats();
  }

  @Test
  void aMessageThatWasLeftOutIsAReasonToAsk() {
    Scene scene = Scene.joined().passesAcknowledged(1_000).forget();
    var lost = scene.message().setDesired(leadingTo(assign("p0@1"), "p0@1"));
    scene.passesAcknowledged(500).doesBesideHeartbeats("send resync");
    scene.receives(lost).does();
    scene.desired(whole("p0@1")).does("start p0@1");
    scene.passesAcknowledged(60_000).doesBesideHeartbeats();
  }

  @Test
  void theWholeSetLostOnANewStreamIsNotMistakenForTheOldOne() {
    Scene scene = Scene.joined().desired(whole("p0@1"));
    scene.reports(
        1, report("p0@1").setStarted(dev.belay.runtime.proto.Started.getDefaultInstance()));
    scene.reconnects().welcome().forget();
    var lost = scene.message().setDesired(whole());
    // The answer reaches us, and the set that we hold still matches the digest of the old stream.
    scene.answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK");
    scene.passesAcknowledged(100).doesBesideHeartbeats("send resync");
    scene.receives(lost).does();
  }
}

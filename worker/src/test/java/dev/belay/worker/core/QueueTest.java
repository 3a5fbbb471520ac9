package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.assign;
import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;

import dev.belay.runtime.proto.Answer;
import org.junit.jupiter.api.Test;

/** More leases than slots: this worker has two. */
class QueueTest {
  @Test
  void soManyWorkAtATimeAsThereAreSlotsAndTheRestFollowsInOrder() {
    Scene scene = Scene.joined();
    scene.desired(whole("p7@1", "p3@2", "p5@3", "p1@4")).does("start p7@1", "start p3@2");
    completes(scene, "p3@2", "start p5@3");
    completes(scene, "p7@1", "start p1@4");
  }

  /** The store may take its time; the coordinator hears of this worker meanwhile. */
  @Test
  void nothingStartsBeforeTheWorkerIsReady() {
    Scene scene = new Scene().start().opened().welcome().desired(whole("p7@1", "p3@2")).forget();
    scene.passes(600).does("send heartbeat 1", "send heartbeat 2");
    scene.ready().does("start p7@1", "start p3@2");
  }

  @Test
  void whatWaitsForAStoreThatTakesForEverToOpenIsGivenBack() {
    Scene scene = new Scene().start().opened().welcome().desired(whole("p7@1")).forget();
    scene.passesAcknowledged(9_000).doesBesideHeartbeats();
    scene.passesAcknowledged(2_000).doesBesideHeartbeats("send report 1 p7@1 RELEASED NO_SLOT");
  }

  private static void completes(Scene scene, String lease, String... then) {
    scene.reports(1, report(lease).setCompleted(ReportsTest.COMPLETED)).forget();
    scene.taskEnded(lease).does(then);
  }

  /** Else a worker would run at the pace of the coordinator's disk. */
  @Test
  void theNextOneNeedNotWaitForTheAnswerToTheLastWord() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3")).forget();
    scene
        .reports(1, report("p0@1").setCompleted(ReportsTest.COMPLETED))
        .does("send report 1 p0@1 COMPLETED");
    scene.taskEnded("p0@1").does("start p2@3");
    scene.answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK");
  }

  @Test
  void whatIsRevokedWhileItWaitsNeverStarts() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3", "p3@4")).forget();
    scene.desired(leadingTo(revoke("p2@3"), "p0@1", "p1@2", "p3@4")).does();
    completes(scene, "p0@1", "start p3@4");
    completes(scene, "p1@2");
  }

  @Test
  void aWholeSetKeepsTheOrderAndDropsWhatItDoesNotName() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3", "p3@4", "p4@5")).forget();
    scene.desired(whole("p0@1", "p1@2", "p4@5", "p3@4")).does();
    completes(scene, "p0@1", "start p4@5");
    completes(scene, "p1@2", "start p3@4");
    completes(scene, "p4@5");
  }

  @Test
  void aNewerEpochTakesThePlaceOfTheOneThatWaits() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3")).forget();
    scene.desired(leadingTo(assign("p2@4"), "p0@1", "p1@2", "p2@4")).does();
    completes(scene, "p0@1", "start p2@4");
    completes(scene, "p1@2");
  }

  @Test
  void aDrainGivesBackAtOnceWhatWaits() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3")).forget();
    scene.drain().doesBesideHeartbeats("drain p0@1", "drain p1@2", "send report 1 p2@3 RELEASED");
  }

  /** Its thread may hang for ever in the job's code; the others must not wait for it. */
  @Test
  void aThreadThatLingersAfterItsLeaseIsGoneTakesNoSlot() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3")).forget();
    scene
        .desired(leadingTo(revoke("p0@1"), "p1@2", "p2@3"))
        .does("stop p0@1: revoked", "start p2@3");
    scene.taskEnded("p0@1").does();
  }

  /** Work that was quick may turn slow: what waits behind it would wait for hours. */
  @Test
  void whatWaitsTooLongForASlotIsGivenBack() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3")).forget();
    scene.passesAcknowledged(1_900).doesBesideHeartbeats();
    scene.passesAcknowledged(700).doesBesideHeartbeats("send report 1 p2@3 RELEASED NO_SLOT");
    scene.answers(1, "p2@3", Answer.Verdict.OK).does();
    completes(scene, "p0@1");
  }

  /** Its answer would end work that had just begun. */
  @Test
  void whatWasGivenBackDoesNotStartHoweverOftenItIsDesired() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3"));
    scene.passesAcknowledged(2_600).forget();
    scene.desired(whole("p1@2", "p2@3"));
    scene.does("stop p0@1: the coordinator has given it to another worker");
  }

  @Test
  void whatWaitsForAnOlderThreadIsGivenBackOnceThatLingers() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole("p0@2")).forget();
    scene.passesAcknowledged(1_900).doesBesideHeartbeats();
    scene.passesAcknowledged(700).doesBesideHeartbeats("send report 1 p0@2 RELEASED OLD_THREAD");
    scene.answers(1, "p0@2", Answer.Verdict.OK).does();
    scene.taskEnded("p0@1").does();
  }

  @Test
  void whatWaitsForAnOlderThreadStartsWhenThatLeaves() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole("p0@2")).forget();
    scene.passesAcknowledged(1_900).doesBesideHeartbeats();
    scene.taskEnded("p0@1").does("start p0@2");
  }

  /** One whose older thread is in the way does not hold up those behind it. */
  @Test
  void whatCannotStartYetIsPassedBy() {
    Scene scene = Scene.joined().desired(whole("p0@1")).forget();
    scene.desired(leadingTo(assign("p0@2", "p1@3"), "p0@2", "p1@3"));
    scene.does("stop p0@1: the coordinator has assigned it anew", "start p1@3");
    scene.taskEnded("p0@1").does("start p0@2");
  }
}

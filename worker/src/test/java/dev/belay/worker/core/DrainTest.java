package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import org.junit.jupiter.api.Test;

/** Leaving in order. */
class DrainTest {
  private static final String DONE = "exit DRAINED: drained: everything was given back";

  private static Report.Builder released(String lease) {
    return report(lease).setReleased(Released.getDefaultInstance());
  }

  @Test
  void anIdleWorkerLeavesAtOnce() {
    Scene.joined().drain().does("send heartbeat 1 draining", "close link 1", DONE);
    new Scene().start().forget().drain().does("close link 1", DONE);
  }

  @Test
  void theCoordinatorIsToldAtOnceAndEachTaskIsGivenBackBeforeTheExit() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2")).forget();
    scene.drain().does("send heartbeat 1 draining", "drain p0@1", "drain p1@2");
    scene.drain().does();
    scene.reports(1, released("p0@1")).reports(2, released("p1@2")).forget();
    scene.answers(1, "p0@1", Answer.Verdict.OK).does("answered 1 OK");
    scene.taskEnded("p0@1").taskEnded("p1@2").does();
    scene.answers(2, "p1@2", Answer.Verdict.OK).does("answered 2 OK", "close link 1", DONE);
  }

  @Test
  void whatIsAssignedMeanwhileIsGivenBackUnstarted() {
    Scene scene = Scene.joined().desired(whole("p0@1")).drain().forget();
    scene.desired(whole("p0@1", "p1@2")).does("send report 1 p1@2 RELEASED");
  }

  /** What is on its way to it would else be lost with it. */
  @Test
  void oneThatIsUnfitGivesBackWhatItIsSentUntilTheCoordinatorHasHeardOfIt() {
    Scene scene = Scene.joined();
    scene.unfit(new Outcome(Outcome.Kind.FAILED, "no store")).does("send heartbeat 1 draining");
    scene.desired(whole("p0@1")).does("send report 1 p0@1 RELEASED");
    scene.answers(1, "p0@1", Answer.Verdict.OK).does();
    scene.acknowledges(1).does("close link 1", "exit FAILED: no store");
  }

  @Test
  void oneThatTurnsOutUnfitGivesBackWhatItHasNotBegun() {
    Scene scene = new Scene().start().opened().welcome().desired(whole("p0@1")).forget();
    scene
        .unfit(new Outcome(Outcome.Kind.FAILED, "no store"))
        .does("send heartbeat 1 draining", "send report 1 p0@1 RELEASED");
  }

  @Test
  void oneThatIsUnfitAndHearsNothingLeavesWhenTheTimeIsOver() {
    Scene scene = Scene.joined().closed("connection reset").forget();
    scene.unfit(new Outcome(Outcome.Kind.FAILED, "no store")).passes(24_900).forget().passes(200);
    scene.doesBesideHeartbeats("close link 6", "exit FAILED: no store");
  }

  /**
   * What else got no memory, nobody knows: the others save what they have, and a new process goes
   * on.
   */
  @Test
  void oneWhoseTaskRanOutOfMemoryTellsSoGivesTheOthersBackAndEnds() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2")).forget();
    Failed failed = Failed.newBuilder().setKind(Failed.Kind.OUT_OF_MEMORY).build();
    scene
        .reports(1, report("p0@1").setFailed(failed))
        .does("send heartbeat 1 draining", "drain p0@1", "drain p1@2", "send report 1 p0@1 FAILED");
    scene.answers(1, "p0@1", Answer.Verdict.OK).taskEnded("p0@1").forget();
    scene.acknowledges(1).does();
    scene.reports(2, released("p1@2")).forget();
    scene
        .answers(2, "p1@2", Answer.Verdict.OK)
        .does(
            "answered 2 OK",
            "close link 1",
            "exit OUT_OF_MEMORY: a partition ran out of memory, so this worker gives everything"
                + " back and ends: start it again, with more heap (-Xmx) or fewer slots");
  }

  @Test
  void whatWaitsForAnOlderThreadIsGivenBackWithoutWaiting() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole("p0@2")).forget();
    scene.drain().does("send heartbeat 1 draining", "send report 1 p0@2 RELEASED");
    scene.answers(1, "p0@2", Answer.Verdict.OK).does("close link 1", DONE);
  }

  @Test
  void aCoordinatorThatIsAwayIsWaitedForUntilTheBudgetIsOver() {
    Scene scene = Scene.joined().desired(whole("p0@1")).closed("connection reset").forget();
    scene.drain().does("drain p0@1").reports(1, released("p0@1")).taskEnded("p0@1");
    scene.passes(2_000).opened();
    scene.does("open link 2", "send hello of c1 holding [p0@1] draining");
    scene.closed("connection refused").passes(22_900);
    scene.forget().passes(200);
    scene.does(
        "close link 7",
        "exit DRAIN_TIMED_OUT: drained in part: after 25000 ms 0 tasks were still running; what"
            + " runs resumes elsewhere from its latest checkpoint");
  }

  @Test
  void aTaskThatDoesNotComeToASafePointEndsTheWaitWithTheBudget() {
    Scene scene = Scene.joined().desired(whole("p0@1")).drain();
    scene.passesAcknowledged(24_900).forget().passes(200);
    String message =
        "drained in part: after 25000 ms 1 task was still running; what runs resumes elsewhere"
            + " from its latest checkpoint";
    scene.doesBesideHeartbeats(
        "stop p0@1: " + message, "close link 1", "exit DRAIN_TIMED_OUT: " + message);
  }

  @Test
  void aStoppedTaskIsNotWaitedFor() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(leadingTo(revoke("p0@1")));
    scene.forget().drain().does("send heartbeat 1 draining", "close link 1", DONE);
  }

  @Test
  void aClosedWorkerStopsWhatRunsAndHearsNothingAnyMore() {
    Scene scene = Scene.joined().desired(whole("p0@1")).forget();
    scene.end(new Outcome(Outcome.Kind.CLOSED, "closed"));
    scene.does("stop p0@1: closed", "close link 1", "exit CLOSED: closed");
    scene.drain().passes(60_000).desired(whole("p1@2")).taskEnded("p0@1").does();
    scene.reports(5, released("p0@1")).does("answered 5 REFUSED");
  }
}

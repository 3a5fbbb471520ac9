package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.assign;
import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Signs;
import org.junit.jupiter.api.Test;

/** What heartbeats tell of this process, and of threads that do not leave. */
class SignsTest {
  /** Heartbeat 1 was sent 100 ms ago. */
  private final Scene scene = Scene.joined().passes(100).forget();

  private static Signs.Builder paused(long millis) {
    return Signs.newBuilder().setLongestPauseMillis(millis);
  }

  @Test
  void theLongestPauseIsToldOnce() {
    scene.signs(paused(700)).signs(paused(300)).passes(500).does("send heartbeat 2 paused 700");
    scene.signs(paused(0)).passes(500).does("send heartbeat 3");
  }

  @Test
  void aPauseThatNoHeartbeatCouldTellIsToldByTheNext() {
    scene.signs(paused(3_000)).signs(paused(0)).reconnects().welcome().forget();
    scene.passes(1).does("send heartbeat 2 paused 3000");
  }

  @Test
  void aPreemptionNoticeDoesNotWaitForTheNextHeartbeat() {
    Signs.Builder notice = Signs.newBuilder().setPreemption("in 2 min");
    scene.signs(notice).does("send heartbeat 2 preempted: in 2 min");
    scene.signs(notice).does();
    scene.passes(500).does("send heartbeat 3 preempted: in 2 min");
  }

  @Test
  void aThreadThatDoesNotLeaveAfterItsLeaseLingers() {
    scene.desired(leadingTo(assign("p0@1"), "p0@1"));
    scene.desired(leadingTo(Scene.revoke("p0@1"))).forget();
    scene.passes(1_500).does("send heartbeat 2", "send heartbeat 3", "send heartbeat 4");
    scene.passes(500).does("send heartbeat 5 lingering 1");
    scene.taskEnded("p0@1").passes(500).does("send heartbeat 6");
  }

  @Test
  void oneThatHangsLingersAtOnceAndWhateverWouldWaitForItIsGivenBack() {
    scene.desired(leadingTo(assign("p0@1"), "p0@1")).forget();
    Failed stuck = Failed.newBuilder().setKind(Failed.Kind.STUCK).build();
    scene.reports(1, report("p0@1").setFailed(stuck)).does("send report 1 p0@1 FAILED");
    scene.passes(500).does("send heartbeat 2 lingering 1");
    scene.answers(1, "p0@1", Verdict.OK).does("answered 1 OK");
    scene.desired(leadingTo(assign("p0@2"), "p0@2")).does("send report 2 p0@2 RELEASED OLD_THREAD");
    scene.answers(2, "p0@2", Verdict.OK).does();
    scene.taskEnded("p0@1").passes(500).does("send heartbeat 3");
    scene.desired(leadingTo(assign("p0@3"), "p0@3")).does("start p0@3");
  }
}

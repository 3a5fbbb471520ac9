package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.assign;
import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Released;
import org.junit.jupiter.api.Test;

/** Giving single leases back, while the worker stays. */
class YieldTest {
  private static Desired yields(String[] held, String... wanted) {
    return Scene.yield(leadingTo(Desired.getDefaultInstance(), held), wanted);
  }

  private static Desired yields(String held) {
    return yields(new String[] {held}, held);
  }

  @Test
  void aRunningLeaseIsDrainedOnceHoweverOftenItIsAskedFor() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2")).forget();
    String[] both = {"p0@1", "p1@2"};
    scene.desired(yields(both, "p1@2")).does("drain p1@2");
    scene.desired(yields(both, "p1@2")).does();
    scene.desired(Scene.yield(whole(both), "p1@2")).does();
    scene.reports(1, report("p1@2").setReleased(Released.getDefaultInstance()));
    scene.does("send report 1 p1@2 RELEASED");
    scene.answers(1, "p1@2", Answer.Verdict.OK).does("answered 1 OK");
    scene.taskEnded("p1@2").does();
    // It went elsewhere and comes back under a new epoch, of which nobody has asked anything.
    scene.desired(leadingTo(assign("p1@3"), "p0@1", "p1@3")).does("start p1@3");
  }

  @Test
  void whatHasNotBegunIsGivenBackAtOnce() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(whole("p0@2")).forget();
    scene.desired(yields("p0@2")).does("send report 1 p0@2 RELEASED");
    scene.desired(yields("p0@2")).does();
    scene.answers(1, "p0@2", Answer.Verdict.OK).taskEnded("p0@1").does();
  }

  @Test
  void aLeaseThatIsAssignedAndWantedBackInOneWordIsNeverStarted() {
    Scene scene = Scene.joined();
    scene.desired(Scene.yield(whole("p0@1"), "p0@1")).does("send report 1 p0@1 RELEASED");
  }

  @Test
  void whoIsAskedForALeaseThatIsNotItsOwnDoesNothing() {
    Scene scene = Scene.joined().desired(whole("p0@2")).forget();
    scene.desired(yields(new String[] {"p0@2"}, "p0@1", "p7@1")).does();
    scene.taskEnded("p0@2").does("send report 1 p0@2 FAILED");
  }

  @Test
  void aLeaseThatIsTakenAwayAfterAllIsStopped() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(yields("p0@1")).forget();
    scene.desired(leadingTo(revoke("p0@1"))).does("stop p0@1: revoked");
  }

  @Test
  void aTaskThatCompletesInsteadIsDone() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(yields("p0@1")).forget();
    scene.reports(
        1, report("p0@1").setCompleted(dev.belay.runtime.proto.Completed.getDefaultInstance()));
    scene.answers(1, "p0@1", Answer.Verdict.OK).taskEnded("p0@1");
    scene.does("send report 1 p0@1 COMPLETED", "answered 1 OK");
  }

  @Test
  void theWorkersOwnDrainDoesNotAskASecondTime() {
    Scene scene = Scene.joined().desired(whole("p0@1")).desired(yields("p0@1")).forget();
    scene.drain().does("send heartbeat 1 draining");
  }
}

package dev.belay.worker.core;

import static dev.belay.worker.core.Scene.assign;
import static dev.belay.worker.core.Scene.leadingTo;
import static dev.belay.worker.core.Scene.lease;
import static dev.belay.worker.core.Scene.report;
import static dev.belay.worker.core.Scene.revoke;
import static dev.belay.worker.core.Scene.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Started;
import dev.belay.runtime.proto.Welcome;
import org.junit.jupiter.api.Test;

/** The connection: finding the coordinator, losing it, and what of it still counts. */
class SessionTest {
  private static final String BACK = "notice: the coordinator at 127.0.0.1:7070 is back";

  private static String lost(String why) {
    return "notice: the coordinator at 127.0.0.1:7070 is lost ("
        + why
        + "): working on, and trying again";
  }

  @Test
  void theFirstContactGreetsThenOpensTheStoreThenHearsWhatIsDesired() {
    new Scene()
        .start()
        .does("open link 1")
        .opened()
        .does("send hello holding []")
        .welcome()
        .does("joined c1 file:/store", "notice: joined the coordinator at 127.0.0.1:7070")
        .ready()
        .desired(whole("p0@1"))
        .does("start p0@1")
        .passes(0)
        .does("send heartbeat 1");
  }

  @Test
  void aCoordinatorThatRefusesIsGivenUpAfterTheBudgetAndTheReasonIsSaid() {
    Scene scene = new Scene().start();
    for (int i = 0; i < 59; i++) {
      scene.closed("connection refused").passes(1_000);
    }
    assertThat(scene.lines()).noneMatch(line -> line.startsWith("exit"));
    assertThat(scene.lines())
        .as("said once, then no more")
        .filteredOn(line -> line.startsWith("notice"))
        .containsExactly(
            "notice: no coordinator answers at 127.0.0.1:7070 yet (connection refused): trying on"
                + " for 60 s");
    scene.closed("connection refused").passes(1_000).closed("connection refused").passes(1_000);
    assertThat(scene.lines())
        .contains(
            "exit UNREACHABLE: no coordinator answers at 127.0.0.1:7070 (connection refused): start"
                + " one there, or name another with --coordinator HOST:PORT");
  }

  @Test
  void oneThatDoesNotEvenRefuseIsGivenUpAfterTheSameBudget() {
    Scene scene = new Scene().start().passes(59_000);
    assertThat(scene.lines()).noneMatch(line -> line.startsWith("exit"));
    scene.passes(10_000);
    assertThat(scene.lines())
        .anyMatch(line -> line.startsWith("exit UNREACHABLE") && line.contains("(no answer)"));
  }

  @Test
  void whoIsToLeaveBeforeTheFirstContactLeavesAtOnce() {
    Scene scene = new Scene().start().closed("connection refused").passes(3_000).forget();
    scene.drain().does("close link 2", "exit DRAINED: drained: everything was given back");
  }

  @Test
  void refusedConnectionsAreRetriedMoreAndMoreSlowlyUpToASecond() {
    Scene scene = Scene.joined();
    scene.closed("connection reset");
    int dials = 0;
    for (int i = 0; i < 600; i++) {
      scene.forget().passes(100);
      if (scene.lines().stream().anyMatch(line -> line.startsWith("open link"))) {
        dials++;
        scene.closed("connection refused");
      }
    }
    // A minute: six quick ones, then one each 0.5 to 1.1 s.
    assertThat(dials).isBetween(55, 120);
  }

  @Test
  void afterTheFirstContactItNeverGivesUpAndPeopleHearOnceThatItIsLostAndOnceThatItIsBack() {
    Scene scene = Scene.joined().desired(whole("p0@1")).does("start p0@1");
    scene.closed("connection reset").does(lost("connection reset"));
    for (int i = 0; i < 300; i++) {
      scene.passes(1_000).closed("connection refused");
    }
    assertThat(scene.lines()).allMatch(line -> line.startsWith("open link"));
    scene.passes(1_000).forget();
    scene.coordinatorRestarts().opened().does("send hello of c1 holding [p0@1]");
    scene.welcome().does(BACK).desired(whole("p0@1")).does();
  }

  @Test
  void aWelcomeThatDoesNotComeIsDialledForAnew() {
    Scene scene = new Scene().start().opened().forget();
    scene.passes(4_999).does().passes(1).forget();
    scene.passes(50).does("open link 2");
  }

  @Test
  void heartbeatsGoOutAtTheIntervalWithNumbersAndTheProgressOfWhatRuns() {
    Scene scene = Scene.joined().desired(whole("p0@1")).does("start p0@1");
    scene.passes(0).does("send heartbeat 1").acknowledges(1);
    scene.progress("p0@1", 42).passes(499).does().passes(1).does("send heartbeat 2 p0@1=42");
    scene.desired(leadingTo(revoke("p0@1"))).does("stop p0@1: revoked");
    scene.passes(500).does("send heartbeat 3");
  }

  @Test
  void silenceClosesTheLinkAndDialsAnew() {
    Scene scene = Scene.joined();
    scene.passesAcknowledged(10_000).doesBesideHeartbeats();
    // Other messages show that one direction works; only an acknowledgement shows both.
    scene.passes(3_000).desired(whole()).passes(1_950).doesBesideHeartbeats();
    scene
        .passes(600)
        .doesBesideHeartbeats("close link 1", lost("no heartbeat was acknowledged"), "open link 2");
  }

  @Test
  void aWorkerThatWasStoppedAndContinuedFirstReadsWhatWaitsForIt() {
    Scene scene = Scene.joined().desired(whole("p0@1"));
    scene.passesAcknowledged(1_000).forget();
    scene.sleeps(60_000).passes(0).doesBesideHeartbeats();
    scene.desired(leadingTo(revoke("p0@1"))).does("stop p0@1: revoked");
  }

  @Test
  void whatAnOlderLinkStillDeliversIsIgnored() {
    Scene scene = Scene.joined();
    var late = scene.message().setDesired(whole("p0@1"));
    scene.reconnects().welcome().forget();
    scene.receives(late).does();
    scene.closed(1, LinkEnd.lost("connection reset")).does();
  }

  @Test
  void messagesOfAnotherStartOrStreamOrAnOlderRevisionAreIgnored() {
    Scene scene = Scene.joined();
    var first = scene.message().setDesired(whole("p0@1"));
    var second = scene.message().setDesired(whole("p1@2"));
    scene.receives(second).does("start p1@2");
    scene.receives(first).does();
    scene.receives(second).does();
    scene.receives(scene.message().setStream(9).setDesired(whole("p2@3"))).does();
    scene.receives(scene.message().setCoordinatorStart(9).setDesired(whole("p2@3"))).does();
  }

  @Test
  void aWelcomeOfAnOlderStreamIsNoWelcome() {
    Scene scene = Scene.joined();
    var old =
        scene
            .message()
            .setWelcome(
                Welcome.newBuilder().setProtocol(1).setCluster("c1").setStore("file:/store"));
    scene.reconnects().forget();
    scene.receives(old).does();
    scene.welcome().does(BACK);
  }

  @Test
  void anotherClusterUnderTheSameAddressIsNotWorkedFor() {
    Scene scene = Scene.joined().desired(whole("p0@1"));
    String message =
        "the coordinator at 127.0.0.1:7070 belongs to cluster c2, but this worker works for c1:"
            + " start the worker anew";
    scene
        .coordinatorRestarts()
        .reconnects()
        .forget()
        .welcome(Welcome.newBuilder().setCluster("c2"));
    scene.does("stop p0@1: " + message, "close link 2", "exit REJECTED: " + message);
  }

  @Test
  void aStoreThatMovedIsNotWrittenToUnderTheOldAddress() {
    Scene scene = Scene.joined().reconnects().forget();
    scene.welcome(Welcome.newBuilder().setStore("file:/other"));
    assertThat(scene.lines()).last().asString().contains("moved its store").startsWith("exit REJ");
  }

  @Test
  void aProtocolFromTheFutureEndsTheWorkerWithTheRemedy() {
    new Scene()
        .start()
        .opened()
        .forget()
        .welcome(Welcome.newBuilder().setProtocol(2))
        .does(
            "close link 1",
            "exit REJECTED: the coordinator at 127.0.0.1:7070 speaks protocol 2, this worker 1: run"
                + " the same version of Belay on both");
  }

  @Test
  void aRejectedWorkerDoesNotTryAgain() {
    Scene scene = new Scene().start().opened().forget();
    scene.rejected(Rejected.Code.INVALID, "slots must be positive");
    scene.does(
        "close link 1",
        "exit REJECTED: the coordinator at 127.0.0.1:7070 refuses this worker: slots must be"
            + " positive");
    scene.passes(60_000).opened().welcome().desired(whole("p0@1")).does();
  }

  @Test
  void aLinkThatIsRefusedForGoodEndsTheWorker() {
    Scene scene = new Scene().start().forget();
    scene.closed(1, LinkEnd.refused("it is no Belay coordinator"));
    assertThat(scene.lines()).last().asString().contains("exit REJECTED").contains("no Belay");
  }

  @Test
  void aSupersededWorkerStopsEverythingAndSaysHowToMendIt() {
    String message = "another process joined as worker w1: give each worker its own --id";
    Scene.joined()
        .desired(whole("p0@1", "p1@2"))
        .forget()
        .rejected(Rejected.Code.SUPERSEDED, "superseded")
        .does(
            "stop p0@1: " + message,
            "stop p1@2: " + message,
            "close link 1",
            "exit SUPERSEDED: " + message);
  }

  @Test
  void theMeanTimeBetweenFailuresIsPassedOnWhenItChanges() {
    Scene scene = Scene.joined();
    scene.receives(scene.message().setHeartbeatAck(mean(0))).does();
    scene.receives(scene.message().setHeartbeatAck(mean(3_600_000))).does("mtbf 3600000");
    scene.receives(scene.message().setHeartbeatAck(mean(3_600_000))).does();
  }

  private static HeartbeatAck.Builder mean(long millis) {
    return HeartbeatAck.newBuilder().setMeanTimeBetweenFailuresMillis(millis);
  }

  @Test
  void theHelloNamesWhatRunsAndWhatIsUnanswered() {
    Scene scene = Scene.joined().desired(whole("p0@1", "p1@2", "p2@3"));
    // p0 runs; p1 has ended, its last word is unanswered; p2 was answered and its thread leaves.
    scene.reports(1, report("p1@2").setCheckpoint(Checkpoint.newBuilder().setSequence(1)));
    scene.reports(2, report("p1@2").setCompleted(ReportsTest.COMPLETED)).taskEnded("p1@2");
    scene.reports(3, report("p2@3").setCompleted(ReportsTest.COMPLETED));
    scene.answers(3, "p2@3", Answer.Verdict.OK).forget();
    scene.reconnects();
    assertThat(scene.lines()).last().isEqualTo("send hello of c1 holding [p0@1, p1@2]");
  }

  @Test
  void anEmptyMessageOfANewerCoordinatorIsPassedOver() {
    Scene scene = Scene.joined();
    scene.receives(scene.message()).does();
    scene.desired(leadingTo(assign("p0@1"), "p0@1")).does("start p0@1");
    scene.reports(1, report("p0@1").setStarted(Started.getDefaultInstance())).forget();
    scene.answers(1, "p0@1", Answer.Verdict.VERDICT_UNSPECIFIED).does();
    assertThat(lease("p0@1").getEpoch().getCounter()).isEqualTo(1);
  }
}

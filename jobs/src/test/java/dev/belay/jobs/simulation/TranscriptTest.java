package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The scenarios that a reviewer should be able to read: who said what to whom, at which virtual
 * millisecond; lines with # are what the journal remembers. The text is beside this test's
 * resources; {@link Golden} says how to renew it.
 */
final class TranscriptTest {
  private final Scene two = new Scene("anna", "bert");
  private String name = "";

  @BeforeEach
  void named(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void compare() throws IOException {
    two.allSucceeded();
    Golden.compare(name + ".txt", two.text());
  }

  @Test
  void aWorkerDies() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.8, () -> two.cluster.killWorker("anna", false));
    two.at(9, () -> two.cluster.startWorker("anna"));
    two.play();
  }

  @Test
  void aMachineDies() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.8, () -> two.cluster.killWorker("anna", true));
    two.play();
  }

  @Test
  void theCoordinatorDies() {
    two.at(0.5, () -> two.submit(two.job("sum", 5, 5)));
    two.at(2.25, () -> two.cluster.killCoordinator(true));
    two.at(4, two.cluster::startCoordinator);
    two.play();
  }

  @Test
  void aZombieReturns() {
    two.at(0.5, () -> two.submit(two.job("sum", 7, 2)));
    two.at(2.8, () -> two.cluster.pauseWorker("anna", 6_500));
    two.play();
  }

  @Test
  void aNewProcessTakesTheNameOfOneThatStillRuns() {
    two.at(0.5, () -> two.submit(two.job("sum", 4, 4)));
    two.at(2.8, () -> two.cluster.doubleWorker("anna", 1_500));
    two.play();
  }

  @Test
  void aSlowNetworkMakesAWrongSuspicion() {
    two.at(0.5, () -> two.submit(two.job("sum", 9, 4)));
    two.at(2.8, () -> two.cluster.network().up("anna").cut(true));
    two.at(9.2, () -> two.cluster.network().up("anna").cut(false));
    two.play();
  }

  @Test
  void aWorkerIsDrained() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.3, () -> two.cluster.drainWorker("anna"));
    two.play();
  }

  @Test
  void allWorkersAreRestartedOneByOne() {
    two.at(0.5, () -> two.submit(two.job("sum", 4, 4)));
    two.at(2.3, () -> two.cluster.drainWorker("anna"));
    two.at(4.3, () -> two.cluster.drainWorker("bert"));
    two.play();
  }

  @Test
  void aCorruptCheckpointFallsBack() {
    two.at(0.5, () -> two.submit(two.job("sum", 5)));
    two.at(
        3.9,
        () -> {
          String newest = two.cluster.checker().restorable().get(0);
          two.cluster.store().damage(newest, Result.CORRUPT);
          two.cluster.killWorker("anna", false);
        });
    two.play();
  }

  @Test
  void aPartitionIsTakenBackToAnOlderCheckpoint() {
    two.at(0.5, () -> two.submit(two.job("sum", 5)));
    two.at(4.3, () -> two.user.restore(two.cluster.checker().kept("sum").get(2)));
    two.play();
  }

  @Test
  void whatAKilledWorkerLeftIsCollected() {
    two.at(0.5, () -> two.submit(two.job("sum", false, spec -> spec.setKeepForMillis(60_000), 4)));
    two.at(2.66, () -> two.cluster.killWorker("anna", false));
    two.at(4, () -> two.cluster.cleaning().begin(done -> {}));
    two.play();
  }

  /** Planning goes elsewhere after half a minute, and all else is there from the start. */
  @Test
  void aWorkerCannotReachTheStore() {
    two.at(0.4, () -> two.cluster.store().hide("anna", true));
    two.at(0.5, () -> two.submit(two.job("sum", 2, 2, 2)));
    two.at(36, () -> two.cluster.store().hide("anna", false));
    two.play();
  }

  @Test
  void aStragglerIsSplit() {
    two.at(0.5, () -> two.submit(two.job("sum", true, spec -> spec, 9)));
    two.play();
  }

  @Test
  void aSecondAttemptWins() {
    two.cluster.addWorker("slow", 1, 0, 1_500);
    two.cluster.startWorker("slow");
    two.at(0.5, () -> two.submit(two.job("sum", 4, 4, 4)));
    two.play();
  }

  @Test
  void poisonIsBisectedAndQuarantined() {
    two.at(0.5, () -> two.submit(two.poisoned("sum", 77, 1.6)));
    two.play();
  }

  @Test
  void theCoordinatorDiesWhileAJobIsPublished() {
    RangeJob job = two.job("sum", 1);
    two.at(0.5, () -> two.submit(job));
    two.cluster.killCoordinatorAfter("has a manifest", 4);
    two.at(5, two.cluster::startCoordinator);
    two.play();
  }

  @Test
  void aJobIsPausedAndResumed() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.3, () -> two.user.pause("sum"));
    two.at(5, () -> two.user.resume("sum"));
    two.play();
  }

  @Test
  void aJobIsStoppedAndRetried() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.3, () -> two.user.stop("sum"));
    two.at(4.9, () -> two.user.retry("sum"));
    two.time.run(() -> false, 5_000_000_000L);
    two.play();
  }

  @Test
  void aWorkerIsAskedToDrain() {
    two.at(0.5, () -> two.submit(two.job("sum", 3, 3)));
    two.at(2.3, () -> two.user.drain("anna"));
    two.play();
  }

  @Test
  void aJobOfHigherPriorityTakesASlot() {
    two.at(0.5, () -> two.submit(two.job("slow", 6, 6)));
    two.at(2.3, () -> two.submit(two.job("urgent", false, spec -> spec.setPriority(5), 1)));
    two.play();
  }
}

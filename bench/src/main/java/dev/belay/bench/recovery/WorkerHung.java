package dev.belay.bench.recovery;

import java.io.IOException;
import java.util.Set;

/**
 * SIGSTOP of a worker for longer than the heartbeat timeout, then SIGCONT: a zombie, which has to
 * learn that its work went on elsewhere.
 */
final class WorkerHung implements Fault {
  private static final String TOTAL = "SIGSTOP to every partition going on";
  private static final String ZOMBIE_STOPPED = "SIGCONT to the zombie's threads gone";
  private static final String ZOMBIE_LIVE = "SIGCONT to the worker being live again";
  private static final long GOAL_MILLIS = 6_000;
  private static final long ZOMBIE_GOAL_MILLIS = 1_000;
  private static final long STILL_MILLIS = 500;

  @Override
  public String name() {
    return "hang";
  }

  @Override
  public String description() {
    return "SIGSTOP of a worker until every partition goes on, then SIGCONT";
  }

  @Override
  public int expectedSeconds() {
    return 9;
  }

  @Override
  public void goals(Measures measures) {
    measures.goal(TOTAL, GOAL_MILLIS);
    measures.goal(ZOMBIE_STOPPED, ZOMBIE_GOAL_MILLIS);
  }

  @Override
  public void happen(Stage stage, Measures measures) throws IOException, InterruptedException {
    Partitions before = stage.settled();
    String victim = stage.victim(before);
    Set<Integer> lost = before.heldBy(victim);
    long stopped = System.nanoTime();
    stage.cluster.signal(victim, "STOP");
    Partitions after =
        stage.observer.await(
            "every partition to go on", stage::look, now -> now.wentOn(lost, before));
    measures.since(TOTAL, stopped);
    measures.millis(
        "  of it until decided (detectedMillis)",
        after.longest(lost, recovery -> recovery.getDetectedMillis()));
    measures.millis(
        "  of it from there to the first safe point (restoredMillis)",
        after.longest(lost, recovery -> recovery.getRestoredMillis()));
    Thread.sleep(STILL_MILLIS);
    resume(stage, victim, measures);
    Partitions later = stage.settled();
    measures.count("partitions that the worker held, of " + before.count(), lost.size());
    Set<Integer> anew = later.leasedAnew(before);
    measures.count("partitions restarted", anew.size());
    anew.removeAll(lost);
    measures.count("partitions of other workers restarted (goal: 0)", anew.size());
    measures.count(
        "partitions that the zombie disturbed (goal: 0)", later.leasedAnew(after).size());
  }

  private static void resume(Stage stage, String victim, Measures measures)
      throws IOException, InterruptedException {
    long continued = System.nanoTime();
    stage.cluster.signal(victim, "CONT");
    int threads =
        stage.observer.await(
            "the zombie to stop its work",
            () -> stage.cluster.threadsAtWork(victim, stage.jobId()),
            left -> left <= 0);
    if (threads == 0) {
      measures.since(ZOMBIE_STOPPED, continued);
    }
    stage.observer.awaitLive(victim, stage.cluster.pid(victim));
    measures.since(ZOMBIE_LIVE, continued);
  }
}

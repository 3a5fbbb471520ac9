package dev.belay.bench.recovery;

import java.io.IOException;
import java.util.Set;

/**
 * SIGKILL of a worker at a random moment. It is started again when all partitions go on, or at
 * once, under its old name.
 */
final class WorkerKilled implements Fault {
  private static final String TOTAL = "kill to every partition going on";
  private static final String WARM = "  when those that took over had worked before";
  private static final String COLD = "  when one of them had just been started";
  private static final long GOAL_MILLIS = 800;

  private final boolean restartedAtOnce;

  WorkerKilled(boolean restartedAtOnce) {
    this.restartedAtOnce = restartedAtOnce;
  }

  @Override
  public String name() {
    return restartedAtOnce ? "restart" : "kill";
  }

  @Override
  public String description() {
    return restartedAtOnce
        ? "kill -9 of a worker that is started again at once under its old name"
        : "kill -9 of a worker until every partition goes on";
  }

  @Override
  public int expectedSeconds() {
    return 5;
  }

  @Override
  public void goals(Measures measures) {
    measures.goal(TOTAL, GOAL_MILLIS);
    measures.goal(WARM, GOAL_MILLIS);
    measures.goal(COLD, GOAL_MILLIS);
  }

  @Override
  public void happen(Stage stage, Measures measures) throws IOException, InterruptedException {
    Partitions before = stage.settled();
    String victim = stage.victim(before);
    Set<Integer> lost = before.heldBy(victim);
    long killed = System.nanoTime();
    stage.cluster.kill(victim);
    if (restartedAtOnce) {
      stage.cluster.startWorker(victim);
      measures.since("kill to the new process started", killed);
    }
    Partitions after =
        stage.observer.await(
            "every partition to go on", stage::look, now -> now.wentOn(lost, before));
    measures.since(TOTAL, killed);
    measures.since(stage.tookOverWarm(after, lost) ? WARM : COLD, killed);
    measures.millis(
        "  of it until decided (detectedMillis)",
        after.longest(lost, recovery -> recovery.getDetectedMillis()));
    measures.millis(
        "  of it from there to the first safe point (restoredMillis)",
        after.longest(lost, recovery -> recovery.getRestoredMillis()));
    if (!restartedAtOnce) {
      stage.cluster.startWorker(victim);
    }
    stage.observer.awaitLive(victim, stage.cluster.pid(victim));
    measures.since("kill to the worker being live again", killed);
    Set<Integer> anew = stage.look().leasedAnew(before);
    measures.count("partitions that the worker held, of " + before.count(), lost.size());
    measures.count("partitions restarted", anew.size());
    anew.removeAll(lost);
    measures.count("partitions of other workers restarted (goal: 0)", anew.size());
  }
}

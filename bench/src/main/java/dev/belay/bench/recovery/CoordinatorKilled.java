package dev.belay.bench.recovery;

import java.io.IOException;
import java.util.Set;

/** SIGKILL of the coordinator, which is started again after a second. Nothing may restart. */
final class CoordinatorKilled implements Fault {
  private static final long AWAY_MILLIS = 1_000;
  private static final int LEASE_MILLIS = 5_000;

  @Override
  public String name() {
    return "coordinator";
  }

  @Override
  public String description() {
    return "kill -9 of the coordinator, started again after 1 s";
  }

  @Override
  public int expectedSeconds() {
    return 11;
  }

  @Override
  public void happen(Stage stage, Measures measures) throws IOException, InterruptedException {
    Partitions before = stage.settled();
    stage.cluster.killCoordinator();
    Thread.sleep(AWAY_MILLIS);
    long restarted = System.nanoTime();
    stage.cluster.startCoordinator();
    Partitions back = stage.observer.await("an answer", stage::look, now -> true);
    measures.since("start to the first answer", restarted);
    stage.observer.awaitLive(Stage.WORKERS);
    measures.since("start to all workers back", restarted);
    Partitions seen = stage.observer.await("progress", stage::look, now -> now.progressed(before));
    measures.since("start to the progress of every partition shown", restarted);
    // For one lease longer, in which a worker that was not heard would be given up.
    Thread.sleep(LEASE_MILLIS);
    Set<Integer> anew = stage.look().leasedAnew(before);
    measures.count("partitions, of which every one was running", seen.count());
    measures.count("partitions restarted (goal: 0)", anew.size());
    measures.count("recoveries shown at the first answer", back.job().getRecoveriesCount());
  }
}

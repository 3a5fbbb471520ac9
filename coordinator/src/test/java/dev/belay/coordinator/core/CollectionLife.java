package dev.belay.coordinator.core;

import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A life of a cluster with its store, drawn from a seed: workers checkpoint in increments, die
 * between storing and telling, and store what comes too late; collectors list now, ask later and
 * are killed half-way through deleting; one of them works for an old copy of the journal that has
 * given up everybody. After each step everything that the journal names must lie in the store, and
 * in the end not twice as much as is kept.
 */
final class CollectionLife {
  private static final int STEPS = 220;

  /** What could be wrong with a collector: it deletes what this says, without asking the core. */
  interface Mistake {
    boolean isGarbage(ClusterState state, String key, Set<String> namedWhenListed);
  }

  private final TestCluster cluster = new TestCluster().unchecked();
  private final Random random;
  private final Shelf shelf = new Shelf();
  private final List<TestWorker> workers = new ArrayList<>();
  private final Cleaners cleaners;
  private final Labour labour;
  private final CollectionAudit audit;
  private int processes;

  /**
   * @param mistake null: the collector is as it is
   */
  CollectionLife(long seed, @Nullable Mistake mistake) {
    random = new Random(seed);
    cleaners = new Cleaners(cluster, random, shelf, workers, mistake);
    labour = new Labour(cluster, random, shelf, cleaners);
    audit = new CollectionAudit(cluster, shelf);
  }

  void run() {
    for (String name : List.of("a", "b", "c")) {
      workers.add(process(name));
    }
    submit();
    submit();
    for (int i = 0; i < STEPS; i++) {
      step();
      audit.check();
    }
    settle();
    audit.check();
    audit.checkSpace();
  }

  private void step() {
    TestWorker worker = workers.get(random.nextInt(workers.size()));
    switch (random.nextInt(32)) {
      case 0 -> workers.set(workers.indexOf(worker), process(worker.name));
      case 1 -> worker.disconnected();
      case 2 -> time(random.nextInt(8_000));
      case 3 -> rarely(() -> cluster.crash(random.nextBoolean()));
      case 4 -> speculate();
      case 5 -> rarely(() -> control(random.nextInt(5)));
      case 6, 7 -> restore();
      case 8, 9, 10 -> cleaners.list();
      case 11, 12, 13 -> cleaners.collect();
      case 14, 15, 16 -> cleaners.sweep();
      case 17 -> shelf.land(random);
      case 18 -> rarely(cleaners::oldCopy);
      default -> {
        if (!worker.connected()) {
          join(worker);
        }
        if (worker.connected() && !worker.holds.isEmpty()) {
          List<Lease> held = List.copyOf(worker.holds.keySet());
          labour.work(worker, held.get(random.nextInt(held.size())));
        }
      }
    }
  }

  private void rarely(Runnable action) {
    if (random.nextInt(3) == 0) {
      action.run();
    }
  }

  private void submit() {
    JobSpec.Builder spec = TestCluster.spec().toBuilder();
    spec.setKeepCheckpoints(1 + random.nextInt(4));
    if (random.nextInt(3) == 0) {
      spec.setKeepForMillis(random.nextInt(2) * 3_600_000L);
    }
    cluster.submit(spec.build());
  }

  private TestWorker process(String name) {
    TestWorker process = new TestWorker(cluster, name, name + "-" + ++processes, 3);
    process.join();
    return process;
  }

  private void join(TestWorker worker) {
    worker.join();
    if (!worker.connected()) {
      workers.set(workers.indexOf(worker), process(worker.name));
    }
  }

  private void time(long millis) {
    for (long left = millis; left > 0; left -= 1_000) {
      cluster.stall(Math.min(left, 1_000));
      for (TestWorker worker : workers) {
        if (worker.connected() && random.nextInt(4) > 0) {
          worker.beat();
        }
      }
      cluster.tick();
    }
  }

  private void speculate() {
    for (JobRecord job : cluster.core.state().active) {
      for (TaskRecord task : job.partitions) {
        if (task.hold != null && task.second == null && job.runsPartitions()) {
          cluster.speculate(task.hold);
          return;
        }
      }
    }
  }

  private void control(int what) {
    String job = "job-" + (1 + random.nextInt(3));
    if (what == 0) {
      cluster.ask(cluster.command().setCancelJob(CancelJobRequest.newBuilder().setJob(job)));
    } else if (what == 1 && cluster.core.state().jobs.size() < 4) {
      submit();
    } else {
      Scenes scene = new Scenes(cluster, workers.get(0), job);
      switch (what) {
        case 2 -> scene.pause();
        case 3 -> scene.resume();
        default -> scene.retry();
      }
    }
  }

  /** Somebody takes a partition back. */
  private void restore() {
    for (JobRecord job : cluster.core.state().jobs.values()) {
      for (TaskRecord task : job.partitions) {
        if (task.checkpoints.size() > 1 && random.nextInt(4) == 0) {
          long sequence =
              task.checkpoints.get(random.nextInt(task.checkpoints.size())).getSequence();
          new Scenes(cluster, workers.get(0), job.id).restore(task.index, sequence);
          return;
        }
      }
    }
  }

  /** Peace: everybody is there, everything is begun anew, and all is collected. */
  private void settle() {
    while (!shelf.flying.isEmpty()) {
      shelf.land(random);
    }
    for (int round = 0; round < 6; round++) {
      time(12_000);
      for (TestWorker worker : List.copyOf(workers)) {
        if (!worker.connected()) {
          join(worker);
        }
      }
      for (TestWorker worker : workers) {
        for (Lease lease : List.copyOf(worker.holds.keySet())) {
          if (lease.getTask().getKind() == TaskKind.PARTITION) {
            worker.says(TestWorker.started(lease, 0));
          }
        }
      }
    }
    cleaners.finish();
  }
}

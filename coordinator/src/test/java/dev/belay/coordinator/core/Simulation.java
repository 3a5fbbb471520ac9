package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One life of a cluster, drawn from a seed. First a wild phase: workers join, work, lie, stammer,
 * fall silent, break off, drain and start anew under old names; people submit and cancel; the
 * coordinator dies; time jumps. {@link TestCluster} checks what must always hold after each batch.
 * Then a quiet phase in which honest workers finish: every job must end.
 */
final class Simulation {
  private static final int WILD_STEPS = 90;
  private static final int QUIET_ROUNDS = 60;
  static final int MOST_JOBS = 4;

  final TestCluster cluster = new TestCluster();
  private final Random random;
  private final Liar liar;
  private final Wishing wishing;
  private final RandomSpecs specs;

  /** Whether the jobs' code fails most of the time. */
  private final boolean poisonous;

  private final List<TestWorker> workers = new ArrayList<>();
  private final List<Report> said = new ArrayList<>();
  private final List<Lease> leases = new ArrayList<>();
  private int processes;

  Simulation(long seed) {
    random = new Random(seed);
    specs = new RandomSpecs(random);
    wishing = new Wishing(cluster, random);
    liar = new Liar(cluster, random, new Noise(random, this::anyLease));
    poisonous = random.nextInt(4) == 0;
  }

  void run() {
    for (String name : List.of("a", "b", "c")) {
      workers.add(specs.worker(cluster, name, name + "-1"));
    }
    workers.forEach(TestWorker::join);
    for (int i = 0; i < WILD_STEPS; i++) {
      wild();
    }
    quiet();
  }

  // ---- the wild phase

  private void wild() {
    int worker = random.nextInt(workers.size());
    TestWorker one = workers.get(worker);
    switch (random.nextInt(30)) {
      case 0 -> submit();
      case 1 -> rarely(() -> cluster.cancel("job-" + (1 + random.nextInt(MOST_JOBS))));
      case 2 -> rarely(() -> cluster.crash(random.nextBoolean()));
      case 3 -> workers.set(worker, process(one.name));
      case 4 -> disconnect(one);
      case 5 -> one.disconnected();
      case 6 -> rarely(() -> one.draining = true);
      case 7 -> cluster.pass(50L * random.nextInt(14));
      case 8 -> silence(5_200);
      case 9 -> cluster.stall(random.nextInt(poisonous ? 60_000 : 20_000));
      case 10 -> rarely(() -> cluster.setWallClock(random.nextInt(200_000) - 100_000));
      case 11 -> stammer(one);
      case 12 -> liar.lie(workers);
      case 13 -> deleted();
      case 14 -> lostAnswer(one);
      case 15 -> beatAll();
      case 24 -> hideStore(one);
      case 16 -> wishing.wantBack();
      case 17, 18, 19 -> wishing.control(workers);
      case 20, 21 -> speculate();
      case 22 -> rarely(this::recoverElsewhere);
      case 23 -> wishing.collect(stored());
      default -> {
        if (!one.connected()) {
          join(worker);
        } else {
          work(one);
        }
      }
    }
    remember();
  }

  /** The region is lost, workers and all; or they are not, and dial the new coordinator. */
  private void recoverElsewhere() {
    cluster.recoverElsewhere(random.nextInt(4));
    said.removeIf(report -> cluster.core.state().task(report.getLease().getTask()) == null);
    if (random.nextBoolean()) {
      workers.replaceAll(worker -> process(worker.name));
    }
  }

  /** What may lie in the store by now; the list of it may be old. */
  private List<String> stored() {
    List<Report> listed = said.subList(0, random.nextInt(said.size() + 1));
    return listed.stream()
        .map(
            report ->
                report.hasSplit() ? report.getSplit().getCheckpoint() : report.getCheckpoint())
        .map(checkpoint -> checkpoint.getObject().getKey())
        .filter(key -> !key.isEmpty())
        .distinct()
        .toList();
  }

  private void rarely(Runnable action) {
    if (random.nextInt(4) == 0) {
      action.run();
    }
  }

  private void submit() {
    if (cluster.core.state().jobs.size() < MOST_JOBS) {
      JobSpec spec = specs.job(cluster.core.state().jobs.size());
      cluster.submit("key-" + random.nextInt(8), spec);
    }
  }

  private TestWorker process(String name) {
    TestWorker process = specs.worker(cluster, name, name + "-" + (++processes + 1));
    process.join();
    return process;
  }

  private void join(int worker) {
    TestWorker one = workers.get(worker);
    one.join();
    if (!one.connected()) {
      assertThat(one.rejected).as("whoever is hung up on is told why").isNotNull();
      workers.set(worker, process(one.name));
    }
  }

  private void disconnect(TestWorker worker) {
    if (worker.connected()) {
      worker.breaks();
    }
  }

  /** Nobody says anything; the coordinator looks at the clock. */
  private void silence(long millis) {
    for (long left = millis; left > 0; left -= 900) {
      cluster.stall(Math.min(left, 900));
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

  /** It cannot reach the store, perhaps for long, or it can again. */
  private void hideStore(TestWorker worker) {
    worker.toggleStore();
    beatAll();
    if (random.nextBoolean()) {
      cluster.stall(31_000);
      beatAll();
    }
  }

  private void beatAll() {
    Command[] beats =
        workers.stream()
            .filter(TestWorker::connected)
            .map(worker -> cluster.from(worker.stream, worker.heartbeat()))
            .toArray(Command[]::new);
    cluster.batch(beats);
  }

  private void work(TestWorker worker) {
    List<Lease> held = List.copyOf(worker.holds.keySet());
    if (held.isEmpty()) {
      worker.beat();
      return;
    }
    List<Command> batch = new ArrayList<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      Lease lease = held.get(random.nextInt(held.size()));
      batch.add(worker.saying(remember(nextOf(worker, lease))));
    }
    cluster.batch(batch.toArray(new Command[0]));
  }

  private Report nextOf(TestWorker worker, Lease lease) {
    // One of an older version does not know what is asked of it.
    if (worker.assignment(lease).getBisect() && random.nextInt(6) > 0) {
      return bisects(worker, lease);
    }
    if (random.nextInt(poisonous ? 2 : 20) == 0) {
      return TestWorker.failed(lease, specs.failure(poisonous ? 50 : 8)).build();
    }
    boolean wanted = worker.yields.contains(lease) && random.nextInt(3) > 0;
    if (wanted || worker.draining || random.nextInt(30) == 0) {
      return TestWorker.released(lease, Released.Why.forNumber(random.nextInt(3))).build();
    }
    return switch (lease.getTask().getKind()) {
      case PLAN -> TestWorker.planned(lease, random.nextInt(5), random.nextInt(3) > 0).build();
      case PUBLISH -> publishing(lease);
      default -> partition(worker, lease);
    };
  }

  private Report bisects(TestWorker worker, Lease lease) {
    return (random.nextInt(4) == 0 ? worker.indivisible(lease) : worker.bisects(lease)).build();
  }

  private Report publishing(Lease lease) {
    return cluster.job(lease.getTask().getJob()).manifest == null
        ? TestWorker.prepared(lease, Manifest.getDefaultInstance()).build()
        : TestWorker.published(lease).build();
  }

  private Report partition(TestWorker worker, Lease lease) {
    TaskRecord task = cluster.partition(lease.getTask().getJob(), lease.getTask().getIndex());
    if (poisonous && random.nextInt(8) > 0) {
      return TestWorker.started(lease, task.checkpoints.size()).build();
    }
    return switch (random.nextInt(10)) {
      case 0, 1 -> TestWorker.started(lease, task.checkpoints.size()).build();
      case 2 ->
          TestWorker.unusable(lease, Math.max(0, task.lastSequence - random.nextInt(3))).build();
      case 3 -> worker.completes(lease).build();
      case 4 ->
          Covered.of(worker.assignment(lease)).canBeCut()
              ? worker.split(lease).build()
              : TestWorker.declined(lease).build();
      default -> worker.checkpoint(lease).build();
    };
  }

  /** Says again what was said before, by itself or by somebody else. */
  private void stammer(TestWorker worker) {
    if (!worker.connected() || said.isEmpty() || worker.sent.isEmpty()) {
      return;
    }
    if (random.nextBoolean()) {
      cluster.batch(worker.repeating(worker.sent.get(random.nextInt(worker.sent.size()))));
      return;
    }
    Report foreign = said.get(random.nextInt(said.size()));
    if (!worker.holds.containsKey(foreign.getLease())) {
      assertThat(worker.says(foreign.toBuilder()))
          .as("of a lease that was never its own, or that it lost: %s", foreign)
          .isIn(Verdict.REFUSED, Verdict.OK);
    }
  }

  /** The answer is lost with the connection: what counted before must be acknowledged again. */
  private void lostAnswer(TestWorker worker) {
    if (!worker.connected() || worker.holds.isEmpty()) {
      return;
    }
    Report report = remember(nextOf(worker, worker.holds.keySet().iterator().next()));
    List<Event> written = cluster.batch(worker.saying(report), worker.breaking());
    boolean counted =
        written.stream()
            .anyMatch(
                event ->
                    event.hasCheckpointCommitted()
                        || event.hasPartitionCompleted()
                        || event.hasPartitionSplit()
                        || event.hasJobPlanned()
                        || event.hasPublishPrepared()
                        || event.hasJobSucceeded());
    worker.join();
    if (worker.connected()) {
      Verdict verdict = worker.says(report.toBuilder());
      assertThat(!counted || verdict == Verdict.OK).as("counted, so OK again: %s", report).isTrue();
    }
  }

  private void deleted() {
    if (!cluster.deletions.isEmpty()) {
      Effect.Delete done = cluster.deletions.get(random.nextInt(cluster.deletions.size()));
      cluster.batch(
          cluster
              .command()
              .setDeletionDone(
                  DeletionDone.newBuilder()
                      .setJob(done.job())
                      .addAllKeys(done.keys())
                      .setAll(done.all()))
              .build());
    }
  }

  private Report remember(Report report) {
    said.add(report);
    return report;
  }

  private void remember() {
    for (TestWorker worker : workers) {
      leases.addAll(worker.holds.keySet());
    }
    if (leases.size() > 100) {
      leases.subList(0, 50).clear();
    }
  }

  private @Nullable Lease anyLease() {
    return leases.isEmpty() ? null : leases.get(random.nextInt(leases.size()));
  }

  // ---- the quiet phase

  private void quiet() {
    cancelEndless();
    for (JobRecord job : List.copyOf(cluster.core.state().active)) {
      cluster.ask(cluster.command().setResumeJob(ResumeJobRequest.newBuilder().setJob(job.id)));
    }
    workers.clear();
    List.of("a", "b").forEach(name -> workers.add(process(name)));
    // Two leases, as long as those are waited for who held something before a restart.
    for (int i = 0; i < 12; i++) {
      silence(900);
      beatAll();
    }
    for (int i = 0; i < QUIET_ROUNDS && !cluster.core.state().active.isEmpty(); i++) {
      // Backoffs pass; a coordinator that was away for so long forgives the silence.
      cluster.stall(70_000);
      cluster.tick();
      beatAll();
      workers.forEach(this::finish);
      cancelEndless();
    }
    assertThat(cluster.core.state().active)
        .as("jobs that never end")
        .extracting(job -> job.id + " " + job.state + ": " + cluster.describe(job.id).getTrouble())
        .isEmpty();
    assertThat(cluster.core.state().holdings.incarnations()).as("leases that leaked").isEmpty();
  }

  /** What liars submitted, and what comes after a job that did not succeed. */
  private void cancelEndless() {
    for (JobRecord job : List.copyOf(cluster.core.state().active)) {
      JobRecord before = After.unmet(cluster.core.state(), job);
      if (!job.spec.getJob().equals("count")
          || foreign(job)
          || (before != null && before.ended())) {
        cluster.cancel(job.id);
      }
    }
  }

  private static boolean foreign(JobRecord job) {
    return job.spec.getRequireList().stream().anyMatch(label -> !label.getKey().equals("zone"));
  }

  private void finish(TestWorker worker) {
    for (Lease lease : List.copyOf(worker.holds.keySet())) {
      Report report =
          switch (lease.getTask().getKind()) {
            case PLAN -> TestWorker.planned(lease, 2).build();
            case PUBLISH -> publishing(lease);
            default ->
                worker.assignment(lease).getBisect()
                    ? bisects(worker, lease)
                    : worker.completes(lease).build();
          };
      assertThat(worker.says(report.toBuilder())).isEqualTo(Verdict.OK);
      if (lease.getTask().getKind() == TaskKind.PUBLISH && report.hasPrepared()) {
        assertThat(worker.says(TestWorker.published(lease))).isEqualTo(Verdict.OK);
      }
    }
  }
}

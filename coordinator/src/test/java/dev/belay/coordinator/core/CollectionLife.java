package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

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
  private final Mistake mistake;
  private final Chunks chunks = new Chunks();

  /** The store: objects, and uploads that were begun. */
  private final Map<String, Integer> stored = new TreeMap<>();

  private final Set<String> begun = new LinkedHashSet<>();

  /** On their way, by whomever, and however late. */
  private final List<String> flying = new ArrayList<>();

  private final List<TestWorker> workers = new ArrayList<>();
  private final Map<String, Work> works = new HashMap<>();
  private final List<List<String>> lists = new ArrayList<>();
  private final List<Set<String>> namedThen = new ArrayList<>();
  private int deletionsDone;
  private int processes;

  /** What a worker knows of a lease. */
  private static final class Work {
    String basis = "";
    List<Segment> segments = List.of();
    boolean started;
    int objects;
  }

  /**
   * @param mistake null: the collector is as it is
   */
  CollectionLife(long seed, @org.jspecify.annotations.Nullable Mistake mistake) {
    random = new Random(seed);
    this.mistake = mistake == null ? (state, key, named) -> false : mistake;
    asksTheCore = mistake == null;
  }

  private final boolean asksTheCore;

  void run() {
    for (String name : List.of("a", "b", "c")) {
      workers.add(process(name));
    }
    submit();
    submit();
    for (int i = 0; i < STEPS; i++) {
      step();
      check();
    }
    settle();
    check();
    checkSpace();
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
      case 8, 9, 10 -> list();
      case 11, 12, 13 -> collect();
      case 14, 15, 16 -> sweep();
      case 17 -> land();
      case 18 -> rarely(this::oldCopy);
      default -> {
        if (!worker.connected()) {
          join(worker);
        }
        if (worker.connected() && !worker.holds.isEmpty()) {
          List<Lease> held = List.copyOf(worker.holds.keySet());
          work(worker, held.get(random.nextInt(held.size())));
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

  // ---- what workers do

  private void work(TestWorker worker, Lease lease) {
    switch (lease.getTask().getKind()) {
      case PLAN -> plan(worker, lease);
      case PUBLISH -> publish(worker, lease);
      default -> partition(worker, lease);
    }
  }

  private void put(String key, int size) {
    begun.remove(key);
    stored.put(key, size);
  }

  private void plan(TestWorker worker, Lease lease) {
    String stem = worker.assignment(lease).getKeyPrefix() + "/plan/" + epoch(lease) + "-";
    put(stem + "1.plan", 1);
    if (random.nextBoolean()) {
      put(stem + "2.plan", 1);
      Report.Builder report = TestWorker.planned(lease, 1 + random.nextInt(3));
      report.getPlannedBuilder().setPlan(ObjectRef.newBuilder().setKey(stem + "2.plan"));
      worker.says(report);
    }
  }

  private static String epoch(Lease lease) {
    return lease.getEpoch().getGeneration() + "-" + lease.getEpoch().getCounter();
  }

  private void publish(TestWorker worker, Lease lease) {
    boolean prepared = cluster.job(lease.getTask().getJob()).manifest != null;
    worker.says(
        prepared
            ? TestWorker.published(lease)
            : TestWorker.prepared(lease, TestWorker.manifest("/out")));
  }

  private Work workOf(TestWorker worker, Lease lease) {
    return works.computeIfAbsent(
        worker.incarnation + lease,
        name -> {
          Work work = new Work();
          restored(worker.assignment(lease).getCheckpointsList(), work);
          return work;
        });
  }

  /** A restore reads all of it, and must find it. */
  private void restored(List<Checkpoint> checkpoints, Work work) {
    if (checkpoints.isEmpty()) {
      work.basis = "";
      work.segments = List.of();
      return;
    }
    Checkpoint newest = checkpoints.get(0);
    work.basis = newest.getObject().getKey();
    work.segments = newest.getSegmentsList();
  }

  private void partition(TestWorker worker, Lease lease) {
    Work work = workOf(worker, lease);
    if (!work.started) {
      work.started = true;
      worker.says(TestWorker.started(lease, 0));
      return;
    }
    switch (random.nextInt(16)) {
      case 0 -> worker.says(TestWorker.failed(lease, Failed.Kind.APPLICATION));
      case 1 -> worker.says(TestWorker.released(lease));
      case 2 -> rarely(() -> complete(worker, lease, work));
      case 3 -> unusable(worker, lease, work);
      case 4 -> split(worker, lease, work);
      case 5 -> begun.add(checkpoint(worker, lease, work).getObject().getKey());
      case 6 -> flying.add(checkpoint(worker, lease, work).getObject().getKey());
      case 7 -> segment(worker, lease, work);
      default -> checkpointed(worker, lease, work);
    }
  }

  private void segment(TestWorker worker, Lease lease, Work work) {
    String key =
        "%s/p%d/%s-s%d-1.seg"
            .formatted(
                worker.assignment(lease).getKeyPrefix(),
                lease.getTask().getIndex(),
                epoch(lease),
                ++work.objects);
    put(key, 1);
    List<Segment> all = new ArrayList<>(work.segments);
    all.add(Segment.newBuilder().setObject(ObjectRef.newBuilder().setKey(key)).build());
    work.segments = List.copyOf(all);
  }

  /** The next one, and a part of what it references is stored already. */
  private Checkpoint checkpoint(TestWorker worker, Lease lease, Work work) {
    Checkpoint named = worker.checkpoint(lease).getCheckpoint();
    String key = named.getObject().getKey();
    chunks.write(key, work.basis, random);
    return named.toBuilder()
        .clearReferences()
        .addAllReferences(chunks.references(key))
        .addAllSegments(work.segments)
        .build();
  }

  private void checkpointed(TestWorker worker, Lease lease, Work work) {
    Checkpoint checkpoint = checkpoint(worker, lease, work);
    String key = checkpoint.getObject().getKey();
    put(key, chunks.size(key));
    if (random.nextInt(6) == 0) {
      // It dies, or tries again under another name.
      return;
    }
    List<Event> none = List.of();
    if (random.nextInt(5) == 0) {
      // Between storing and telling time passes, and others collect.
      list();
      collect();
      sweep();
      none = cluster.batch();
    }
    if (none.isEmpty() && worker.connected() && worker.holds.containsKey(lease)) {
      Verdict verdict = worker.says(Report.newBuilder().setLease(lease).setCheckpoint(checkpoint));
      work.basis = verdict == Verdict.OK ? key : verdict == Verdict.WRITE_FULL ? "" : work.basis;
    }
  }

  private void complete(TestWorker worker, Lease lease, Work work) {
    Report.Builder report = worker.completes(lease);
    report.getCompletedBuilder().addAllSegments(work.segments);
    worker.says(report);
  }

  private void unusable(TestWorker worker, Lease lease, Work work) {
    Hold hold =
        cluster
            .partition(lease.getTask().getJob(), lease.getTask().getIndex())
            .heldUnder(lease.getEpoch());
    if (hold != null && !hold.kept().isEmpty() && random.nextBoolean()) {
      worker.says(TestWorker.unusable(lease, hold.kept().get(0).getSequence()));
      restored(hold.kept(), work);
    }
  }

  private void split(TestWorker worker, Lease lease, Work work) {
    if (Covered.of(worker.assignment(lease)).canBeCut()) {
      Report.Builder report = worker.split(lease);
      Checkpoint checkpoint = checkpoint(worker, lease, work);
      put(checkpoint.getObject().getKey(), chunks.size(checkpoint.getObject().getKey()));
      report.getSplitBuilder().setCheckpoint(checkpoint);
      worker.says(report);
    }
  }

  /** A put that was long on its way arrives: of a dead worker, of an old lease, after a delete. */
  private void land() {
    if (!flying.isEmpty()) {
      String key = flying.remove(random.nextInt(flying.size()));
      put(key, chunks.size(key));
    }
  }

  // ---- who collects

  private void list() {
    lists.add(List.copyOf(stored.keySet()));
    namedThen.add(named(cluster.core.state()));
  }

  /** Asks about a list that may be old, and perhaps about a part of it alone. */
  private void collect() {
    if (lists.isEmpty()) {
      return;
    }
    int which = random.nextInt(lists.size());
    List<String> list = lists.remove(which);
    Set<String> then = namedThen.remove(which);
    if (asksTheCore) {
      int from = random.nextInt(3) == 0 ? random.nextInt(list.size() + 1) : 0;
      Command.Builder command =
          cluster.command().setCollect(asked(list.subList(from, list.size())));
      abandon((Collected) requireNonNull(cluster.ask(command)));
    } else {
      list.stream()
          .filter(key -> mistake.isGarbage(cluster.core.state(), key, then))
          .forEach(stored::remove);
    }
  }

  private Collect asked(List<String> keys) {
    Collect.Builder collect = Collect.newBuilder().addAllUnfinished(begun);
    keys.forEach(key -> collect.addObjects(StoredObject.newBuilder().setKey(key)));
    return collect.build();
  }

  private void abandon(Collected collected) {
    for (String key : collected.getAbandonList()) {
      for (TestWorker worker : workers) {
        for (Lease lease : worker.holds.keySet()) {
          boolean its =
              lease.getTask().getKind() == TaskKind.PARTITION
                  && key.contains(
                      "/"
                          + lease.getTask().getJob()
                          + "/p"
                          + lease.getTask().getIndex()
                          + "/"
                          + epoch(lease)
                          + "-");
          TaskRecord task = cluster.core.state().task(lease.getTask());
          if (its && task != null && task.heldUnder(lease.getEpoch()) != null) {
            throw new AssertionError(key + " is abandoned while " + worker.name + " uploads it");
          }
        }
      }
      begun.remove(key);
    }
  }

  /** Deletes what was released; it may be killed half-way, and then it is not said to be done. */
  private void sweep() {
    if (deletionsDone < cluster.deletions.size()) {
      Effect.Delete deletion = cluster.deletions.get(deletionsDone);
      if (random.nextInt(4) == 0) {
        deletion.keys().stream().limit(1).forEach(stored::remove);
        return;
      }
      delete(deletion);
      deletionsDone++;
      cluster.batch(
          cluster
              .command()
              .setDeletionDone(
                  DeletionDone.newBuilder()
                      .setJob(deletion.job())
                      .addAllKeys(deletion.keys())
                      .setAll(deletion.all()))
              .build());
    }
  }

  private void delete(Effect.Delete deletion) {
    deletion.keys().forEach(stored::remove);
    if (deletion.all()) {
      stored.keySet().removeIf(key -> key.startsWith(deletion.prefix() + "/"));
    }
  }

  /** A coordinator on another machine with an old copy of the journal; nobody works for it. */
  private void oldCopy() {
    Core copy = TestCluster.fresh();
    int length = cluster.ends.get(random.nextInt(cluster.ends.size()));
    cluster.journal.subList(0, length).forEach(copy::apply);
    if (!copy.founded()) {
      return;
    }
    Now now = cluster.now();
    List<Effect> effects = new ArrayList<>(copy.resume(now));
    // Longer steps would pass for its own stalls, and everybody would be waited for.
    for (int millis = 0; millis < 20_000; millis += 900) {
      now = new Now(now.nanos() + 900_000_000L, now.wallMillis() + 900);
      effects.addAll(decide(copy, Command.newBuilder().setTick(Tick.getDefaultInstance()), now));
      effects.addAll(decide(copy, Command.newBuilder().setPlace(Place.getDefaultInstance()), now));
    }
    List<String> list = List.copyOf(stored.keySet());
    if (asksTheCore) {
      Command.Builder command = Command.newBuilder().setCollect(asked(list));
      effects.addAll(decide(copy, command, now));
    } else {
      list.stream()
          .filter(key -> mistake.isGarbage(copy.state(), key, Set.of()))
          .forEach(stored::remove);
    }
    for (Effect effect : effects) {
      if (effect instanceof Effect.Delete deletion) {
        delete(deletion);
      }
    }
  }

  private static List<Effect> decide(Core core, Command.Builder command, Now now) {
    Decision decision = core.decide(command.setReceivedNanos(now.nanos()).build(), now);
    decision.events().forEach(core::apply);
    return decision.effects();
  }

  // ---- what must hold

  /** Everything that the journal names, told from the state without any help of its rules. */
  static Set<String> named(ClusterState state) {
    Set<String> keys = new LinkedHashSet<>();
    for (JobRecord job : state.jobs.values()) {
      if (job.objectsGone) {
        continue;
      }
      if (job.plan != null) {
        keys.add(job.plan.getKey());
      }
      for (TaskRecord task : job.partitions) {
        boolean done = task.ended() && task.hold == null && task.result() != null;
        if (!done || job.spec.hasKeepForMillis()) {
          task.checkpoints.forEach(one -> add(one, keys));
        }
        if (task.second != null) {
          task.second.own.forEach(one -> add(one, keys));
        }
        task.segments.forEach(segment -> keys.add(segment.getObject().getKey()));
        task.quarantined.forEach(bad -> add(bad.getCheckpoint(), keys));
      }
    }
    return keys;
  }

  private static void add(Checkpoint checkpoint, Set<String> keys) {
    keys.add(checkpoint.getObject().getKey());
    keys.addAll(checkpoint.getReferencesList());
    checkpoint.getSegmentsList().forEach(segment -> keys.add(segment.getObject().getKey()));
  }

  private void check() {
    for (String key : named(cluster.core.state())) {
      if (!stored.containsKey(key)) {
        throw new AssertionError("the journal names " + key + ", and it is gone");
      }
    }
  }

  /** Peace: everybody is there, everything is begun anew, and all is collected. */
  private void settle() {
    while (!flying.isEmpty()) {
      land();
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
    for (int round = 0; round < 2; round++) {
      list();
      while (!lists.isEmpty()) {
        collect();
      }
      for (int i = 0; i < 10_000 && deletionsDone < cluster.deletions.size(); i++) {
        sweep();
      }
    }
  }

  /** Of the checkpoints of partitions that are worked on, and of what is over. */
  private void checkSpace() {
    long kept = 0;
    long held = 0;
    Set<String> waiting = new LinkedHashSet<>();
    List<String> live = new ArrayList<>();
    for (JobRecord job : cluster.core.state().jobs.values()) {
      for (TaskRecord task : job.partitions) {
        boolean done = task.state == PartitionState.PARTITION_SUCCEEDED;
        if (!done && task.closed < task.epochCounter - (task.ended() ? 0 : 1)) {
          // Nobody has begun it anew since its last lease was given up.
          waiting.add("/" + job.id + "/p" + task.index + "/");
        }
        if (task.hold != null) {
          live.add(stem(task, task.hold));
        }
        if (task.second != null) {
          live.add(stem(task, task.second));
        }
        kept += (long) Chunks.STATE * (task.checkpoints.size() + task.quarantined.size());
      }
    }
    Map<String, Integer> rest = new LinkedHashMap<>(stored);
    rest.keySet().removeIf(key -> !key.endsWith(".ckpt"));
    rest.keySet().removeIf(key -> waiting.stream().anyMatch(key::contains));
    // Tries at the next one, which are in progress as far as anybody knows.
    rest.keySet().removeIf(key -> live.stream().anyMatch(key::contains));
    held += rest.values().stream().mapToInt(Integer::intValue).sum();
    if (held > 2 * kept) {
      throw new AssertionError(held + " are held of " + kept + " that are kept: " + rest);
    }
  }

  /** What the next checkpoint of a lease is called, but for its end. */
  private static String stem(TaskRecord task, Hold hold) {
    return "/%s/p%d/%d-%d-%d-"
        .formatted(
            task.job.id, task.index, task.job.epochGeneration, hold.counter, hold.lastSequence + 1);
  }
}

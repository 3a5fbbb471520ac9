package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What workers do in such a life: they store plans, segments and checkpoints in increments, and die
 * or try again between storing and telling.
 */
final class Labour {
  private final TestCluster cluster;
  private final Random random;
  private final Shelf shelf;
  private final Cleaners cleaners;
  private final Map<String, Work> works = new HashMap<>();

  /** What a worker knows of a lease. */
  private static final class Work {
    String basis = "";
    List<Segment> segments = List.of();
    boolean started;
    int objects;
  }

  /**
   * @param cleaners who may be at it between storing and telling
   */
  Labour(TestCluster cluster, Random random, Shelf shelf, Cleaners cleaners) {
    this.cluster = cluster;
    this.random = random;
    this.shelf = shelf;
    this.cleaners = cleaners;
  }

  void work(TestWorker worker, Lease lease) {
    switch (lease.getTask().getKind()) {
      case PLAN -> plan(worker, lease);
      case PUBLISH -> publish(worker, lease);
      default -> partition(worker, lease);
    }
  }

  private void plan(TestWorker worker, Lease lease) {
    String stem = worker.assignment(lease).getKeyPrefix() + "/plan/" + epoch(lease) + "-";
    shelf.put(stem + "1.plan", 1);
    if (random.nextBoolean()) {
      shelf.put(stem + "2.plan", 1);
      Report.Builder report = TestWorker.planned(lease, 1 + random.nextInt(3));
      report.getPlannedBuilder().setPlan(ObjectRef.newBuilder().setKey(stem + "2.plan"));
      worker.says(report);
    }
  }

  static String epoch(Lease lease) {
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
      case 2 -> {
        if (random.nextInt(3) == 0) {
          complete(worker, lease, work);
        }
      }
      case 3 -> unusable(worker, lease, work);
      case 4 -> split(worker, lease, work);
      case 5 -> shelf.begun.add(checkpoint(worker, lease, work).getObject().getKey());
      case 6 -> shelf.flying.add(checkpoint(worker, lease, work).getObject().getKey());
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
    shelf.put(key, 1);
    List<Segment> all = new ArrayList<>(work.segments);
    all.add(Segment.newBuilder().setObject(ObjectRef.newBuilder().setKey(key)).build());
    work.segments = List.copyOf(all);
  }

  /** The next one, and a part of what it references is stored already. */
  private Checkpoint checkpoint(TestWorker worker, Lease lease, Work work) {
    Checkpoint named = worker.checkpoint(lease).getCheckpoint();
    String key = named.getObject().getKey();
    shelf.chunks.write(key, work.basis, random);
    return named.toBuilder()
        .clearReferences()
        .addAllReferences(shelf.chunks.references(key))
        .addAllSegments(work.segments)
        .build();
  }

  private void checkpointed(TestWorker worker, Lease lease, Work work) {
    Checkpoint checkpoint = checkpoint(worker, lease, work);
    String key = checkpoint.getObject().getKey();
    shelf.put(key);
    if (random.nextInt(6) == 0) {
      // It dies, or tries again under another name.
      return;
    }
    List<Event> none = List.of();
    if (random.nextInt(5) == 0) {
      // Between storing and telling time passes, and others collect.
      cleaners.list();
      cleaners.collect();
      cleaners.sweep();
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
      shelf.put(checkpoint.getObject().getKey());
      report.getSplitBuilder().setCheckpoint(checkpoint);
      worker.says(report);
    }
  }
}

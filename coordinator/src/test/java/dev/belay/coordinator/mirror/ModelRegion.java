package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSource;
import dev.belay.coordinator.journal.RecordVolume;
import dev.belay.coordinator.journal.SnapshotFiles;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotHeader;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A region with a store and a journal, as a mirror sees them: jobs come, write checkpoints of which
 * each may need objects of the one before, and end; what is released is deleted some time after
 * that was synced; the journal rolls and forgets. Knows for each record which objects are live.
 */
final class ModelRegion implements JournalSource {
  static final String CLUSTER = "c1";
  private static final int KEPT = 2;

  /** One job of one partition. */
  private static final class Job {
    final String id;
    final List<Checkpoint> kept = new ArrayList<>();
    final List<Segment> segments = new ArrayList<>();
    final Set<String> released = new LinkedHashSet<>();
    @Nullable ObjectRef plan;
    boolean done;
    boolean gone;

    Job(String id) {
      this.id = id;
    }

    Set<String> live() {
      Set<String> live = new LinkedHashSet<>();
      if (gone) {
        return live;
      }
      if (plan != null) {
        live.add(plan.getKey());
      }
      if (!done) {
        kept.forEach(one -> live.addAll(one.getReferencesList()));
      }
      kept.forEach(one -> one.getSegmentsList().forEach(s -> live.add(s.getObject().getKey())));
      segments.forEach(segment -> live.add(segment.getObject().getKey()));
      return live;
    }
  }

  private final Random random;
  private final Path directory;
  final Map<String, ByteString> store = new TreeMap<>();
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  final List<JournalRecord> records = new ArrayList<>();
  final List<Set<String>> live = new ArrayList<>();

  /** The state as a snapshot would hold it, by the last record that it covers. */
  final Map<Long, List<SnapshotEntry>> states = new TreeMap<>();

  private final Set<String> toDelete = new LinkedHashSet<>();
  private final List<Event> events = new ArrayList<>();
  private long synced;
  private long forgotten;
  private long snapshot = -1;
  private int generation;
  private int written;
  private int objects;

  ModelRegion(Random random, Path directory) {
    this.random = random;
    this.directory = directory;
    live.add(Set.of());
    states.put(0L, entries());
    roll();
  }

  // ---- what happens

  void live() {
    switch (random.nextInt(12)) {
      case 0, 1 -> submit();
      case 2, 3, 4, 5 -> checkpoint();
      case 6 -> complete();
      case 7 -> end();
      case 8, 9 -> sync();
      case 10 -> delete();
      default -> rollSometimes();
    }
  }

  private @Nullable Job any(Predicate<Job> wanted) {
    List<Job> some = jobs.values().stream().filter(wanted).toList();
    return some.isEmpty() ? null : some.get(random.nextInt(some.size()));
  }

  private void submit() {
    Job job = new Job("job-" + (jobs.size() + 1));
    jobs.put(job.id, job);
    job.plan = object(job, "plan");
    events.add(
        Event.newBuilder()
            .setJobPlanned(JobPlanned.newBuilder().setJob(job.id).setPlan(job.plan))
            .build());
    record();
  }

  private void checkpoint() {
    Job job = any(one -> !one.done && !one.gone);
    if (job == null) {
      return;
    }
    ObjectRef own = object(job, "p0");
    Checkpoint.Builder checkpoint =
        Checkpoint.newBuilder().setObject(own).addReferences(own.getKey());
    if (!job.kept.isEmpty() && random.nextBoolean()) {
      checkpoint.addReferences(job.kept.get(0).getObject().getKey());
    }
    if (!job.kept.isEmpty()) {
      checkpoint.addAllSegments(job.kept.get(0).getSegmentsList());
    }
    if (random.nextInt(3) == 0) {
      checkpoint.addSegments(Segment.newBuilder().setObject(object(job, "p0")));
    }
    Set<String> before = job.live();
    job.kept.add(0, checkpoint.build());
    if (job.kept.size() > KEPT) {
      job.kept.remove(KEPT);
    }
    events.add(
        Event.newBuilder()
            .setCheckpointCommitted(CheckpointCommitted.newBuilder().setCheckpoint(job.kept.get(0)))
            .build());
    release(job, before);
    record();
  }

  private void complete() {
    Job job = any(one -> !one.done && !one.gone && !one.kept.isEmpty());
    if (job == null) {
      return;
    }
    Set<String> before = job.live();
    job.segments.addAll(job.kept.get(0).getSegmentsList());
    job.segments.add(Segment.newBuilder().setObject(object(job, "p0")).build());
    job.kept.subList(1, job.kept.size()).clear();
    job.done = true;
    events.add(
        Event.newBuilder()
            .setPartitionCompleted(PartitionCompleted.newBuilder().addAllSegments(job.segments))
            .build());
    release(job, before);
    record();
  }

  private void end() {
    Job job = any(one -> !one.gone);
    if (job == null) {
      return;
    }
    job.gone = true;
    events.add(
        Event.newBuilder()
            .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).setAll(true))
            .build());
    store.keySet().stream().filter(key -> key.startsWith(prefix(job))).forEach(toDelete::add);
    record();
  }

  private void release(Job job, Set<String> before) {
    before.removeAll(job.live());
    if (!before.isEmpty()) {
      job.released.addAll(before);
      toDelete.addAll(before);
      events.add(
          Event.newBuilder()
              .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).addAllKeys(before))
              .build());
    }
  }

  private static String prefix(Job job) {
    return CLUSTER + "/" + job.id + "/";
  }

  private ObjectRef object(Job job, String place) {
    objects++;
    ByteString bytes = ByteString.copyFromUtf8("object " + objects + " of " + random.nextInt());
    String key = prefix(job) + place + "/1-" + objects;
    store.put(key, bytes);
    return ObjectRef.newBuilder().setKey(key).setLength(bytes.size()).build();
  }

  private void record() {
    records.add(
        JournalRecord.newBuilder()
            .setSequence(records.size() + 1)
            .setJournalGeneration(generation)
            .addAllEvents(events)
            .build());
    events.clear();
    Set<String> now = new LinkedHashSet<>();
    jobs.values().forEach(job -> now.addAll(job.live()));
    live.add(now);
    states.put((long) records.size(), entries());
  }

  void sync() {
    synced = records.size();
  }

  /** Only what a synced record has released is deleted, now or later. */
  private void delete() {
    sync();
    Set<String> needed = live.get((int) synced);
    toDelete.removeIf(
        key -> {
          boolean now = random.nextInt(4) > 0 && !needed.contains(key);
          if (now) {
            store.remove(key);
          }
          return now;
        });
  }

  private void rollSometimes() {
    if (random.nextInt(3) == 0) {
      sync();
      roll();
    }
  }

  private void roll() {
    generation++;
    forgotten = Math.max(forgotten, snapshot);
    snapshot = synced;
  }

  /** The process dies and comes back, perhaps without what it had not synced. */
  void crash() {
    if (random.nextBoolean()) {
      sync();
    }
    records.subList((int) synced, records.size()).clear();
    live.subList((int) synced + 1, live.size()).clear();
    restore(Objects.requireNonNull(states.get(synced)));
    roll();
  }

  // ---- as a snapshot

  private List<SnapshotEntry> entries() {
    List<SnapshotEntry> entries = new ArrayList<>();
    entries.add(
        SnapshotEntry.newBuilder()
            .setHeader(SnapshotHeader.newBuilder().setCluster(CLUSTER))
            .build());
    for (Job job : jobs.values()) {
      JobEntry.Builder entry =
          JobEntry.newBuilder()
              .setJob(job.id)
              .addAllReleased(job.released)
              .setObjectsGone(job.gone);
      if (job.plan != null) {
        entry.setPlan(job.plan);
      }
      entries.add(SnapshotEntry.newBuilder().setJob(entry).build());
      entries.add(
          SnapshotEntry.newBuilder()
              .setTask(
                  TaskEntry.newBuilder()
                      .setTask(TaskId.newBuilder().setJob(job.id).setKind(TaskKind.PARTITION))
                      .setState(
                          job.done
                              ? PartitionState.PARTITION_SUCCEEDED
                              : PartitionState.PARTITION_RUNNING)
                      .addAllCheckpoints(job.kept)
                      .addAllSegments(job.segments))
              .build());
    }
    return entries;
  }

  private void restore(List<SnapshotEntry> entries) {
    jobs.clear();
    for (SnapshotEntry entry : entries) {
      if (entry.hasJob()) {
        Job job = new Job(entry.getJob().getJob());
        job.released.addAll(entry.getJob().getReleasedList());
        job.gone = entry.getJob().getObjectsGone();
        job.plan = entry.getJob().getPlan();
        jobs.put(job.id, job);
      } else if (entry.hasTask()) {
        Job job = Objects.requireNonNull(jobs.get(entry.getTask().getTask().getJob()));
        job.kept.addAll(entry.getTask().getCheckpointsList());
        job.segments.addAll(entry.getTask().getSegmentsList());
        job.done = entry.getTask().getState() == PartitionState.PARTITION_SUCCEEDED;
      }
    }
  }

  // ---- as the mirror reads it

  @Override
  public long synced() {
    return synced;
  }

  @Override
  public long syncedBytes() {
    return records.subList(0, (int) synced).stream().mapToLong(RecordVolume::of).sum();
  }

  @Override
  public void read(long after, long upTo, Predicate<JournalRecord> sink) throws JournalException {
    if (after < forgotten) {
      throw new JournalException("record " + (after + 1) + " is forgotten");
    }
    for (long i = after; i < upTo; i++) {
      if (!sink.test(records.get((int) i))) {
        return;
      }
    }
  }

  @Override
  public long newestSnapshotSequence() {
    return snapshot;
  }

  @Override
  public SnapshotImage newestSnapshot() throws JournalException {
    Path file = directory.resolve("snapshot-" + generation);
    if (written != generation) {
      List<SnapshotEntry> entries = Objects.requireNonNull(states.get(snapshot));
      SnapshotFiles.write(file, generation, snapshot, entries::forEach);
      written = generation;
    }
    return SnapshotImage.open(file, generation);
  }

  @Override
  public void snapshotSoon() {
    if (random.nextBoolean()) {
      sync();
      roll();
    }
  }
}

package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSource;
import dev.belay.coordinator.journal.RecordVolume;
import dev.belay.coordinator.journal.SnapshotFiles;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotHeader;
import dev.belay.runtime.proto.TaskEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mirror that was away for long, and has gigabytes of objects and thousands of pieces before it:
 * what it holds in memory and has on the way at a time is bounded, and what it says of its lag is
 * so. Each record is a checkpoint; neither records nor objects are kept by the test either.
 */
class MirrorScaleTest {
  private static final int RECORDS = 60_000;
  private static final long OBJECT_BYTES = 256 << 10;
  private static final int PIECE_BYTES = 3_000;
  private static final int COPIES = 4;
  private static final long BEGAN = 1_000_000;

  /** Wall time between two checkpoints. */
  private static final long STEP = 50;

  @TempDir Path directory;

  private final AtomicLong wall = new AtomicLong(BEGAN);
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(COPIES, COPIES, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  /** Checkpoints one after the other, each of which is the job's last but for those kept. */
  private final class Diary implements JournalSource {
    private final int kept;
    private volatile long synced;
    private volatile long volume;
    private long snapshot;

    Diary(int kept) {
      this.kept = kept;
    }

    void goOnTo(long sequence) {
      for (long i = synced + 1; i <= sequence; i++) {
        volume += RecordVolume.of(record(i));
      }
      wall.set(BEGAN + sequence * STEP);
      synced = sequence;
    }

    JournalRecord record(long sequence) {
      JournalRecord.Builder record =
          JournalRecord.newBuilder()
              .setSequence(sequence)
              .addEvents(
                  Event.newBuilder()
                      .setMillis(BEGAN + sequence * STEP)
                      .setCheckpointCommitted(
                          CheckpointCommitted.newBuilder().setCheckpoint(checkpoint(sequence))));
      if (sequence > kept) {
        record.addEvents(
            Event.newBuilder()
                .setMillis(BEGAN + sequence * STEP)
                .setObjectsReleased(
                    ObjectsReleased.newBuilder().setJob("job-1").addKeys(key(sequence - kept))));
      }
      return record.build();
    }

    Checkpoint checkpoint(long sequence) {
      return Checkpoint.newBuilder()
          .setSequence(sequence)
          .setObject(ObjectRef.newBuilder().setKey(key(sequence)).setLength(OBJECT_BYTES))
          .addReferences(key(sequence))
          .build();
    }

    String key(long sequence) {
      return "c1/job-1/p0/1-1-" + sequence + "-1.ckpt";
    }

    @Override
    public long synced() {
      return synced;
    }

    @Override
    public long syncedBytes() {
      return volume;
    }

    @Override
    public void read(long after, long upTo, Predicate<JournalRecord> sink) {
      for (long i = after + 1; i <= upTo; i++) {
        if (!sink.test(record(i))) {
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
      Path file = directory.resolve("snapshot-" + snapshot);
      TaskEntry.Builder task = TaskEntry.newBuilder();
      for (long i = snapshot; i > Math.max(0, snapshot - kept); i--) {
        task.addCheckpoints(checkpoint(i));
      }
      List<SnapshotEntry> entries =
          List.of(
              SnapshotEntry.newBuilder()
                  .setHeader(SnapshotHeader.newBuilder().setCluster("c1"))
                  .build(),
              SnapshotEntry.newBuilder().setJob(JobEntry.newBuilder().setJob("job-1")).build(),
              SnapshotEntry.newBuilder().setTask(task).build());
      SnapshotFiles.write(file, 1, snapshot, entries::forEach);
      return SnapshotImage.open(file, 1);
    }

    @Override
    public void snapshotSoon() {
      snapshot = synced;
    }
  }

  /** Where objects are but names, with their bytes counted. */
  private final class Counted implements MirrorStore {
    final Diary source;
    final Map<String, Long> objects = new ConcurrentHashMap<>();
    final AtomicInteger copying = new AtomicInteger();
    final AtomicInteger mostCopying = new AtomicInteger();
    final AtomicInteger mostWaiting = new AtomicInteger();
    final AtomicLong mostPieceBytes = new AtomicLong();
    final AtomicInteger copied = new AtomicInteger();
    final AtomicInteger missed = new AtomicInteger();

    Counted(Diary source) {
      this.source = source;
    }

    @Override
    public String describe() {
      return "counted";
    }

    @Override
    public @Nullable String unfit() {
      return null;
    }

    @Override
    public boolean put(String key, Body body) throws IOException {
      AtomicLong bytes = new AtomicLong();
      body.writeTo(
          new java.io.OutputStream() {
            @Override
            public void write(int b) {
              bytes.incrementAndGet();
            }

            @Override
            public void write(byte[] all, int offset, int length) {
              bytes.addAndGet(length);
            }
          });
      mostPieceBytes.accumulateAndGet(bytes.get(), Math::max);
      return objects.putIfAbsent(key, bytes.get()) == null;
    }

    @Override
    public @Nullable InputStream open(String key, long offset) {
      return null;
    }

    @Override
    public List<Stored> list(String prefix) {
      List<Stored> found = new ArrayList<>();
      objects.forEach(
          (key, length) -> {
            if (key.startsWith(prefix)) {
              found.add(new Stored(key, length));
            }
          });
      return found;
    }

    @Override
    public void delete(String key) {
      objects.remove(key);
    }

    @Override
    public Outcome copy(Wanted object) {
      mostCopying.accumulateAndGet(copying.incrementAndGet(), Math::max);
      mostWaiting.accumulateAndGet(pool.getQueue().size(), Math::max);
      try {
        long sequence = Long.parseLong(object.key().split("-")[3]);
        if (sequence <= source.synced() - source.kept) {
          missed.incrementAndGet();
          return Outcome.MISSING;
        }
        copied.incrementAndGet();
        objects.put(object.key(), object.length());
        return Outcome.COPIED;
      } finally {
        copying.decrementAndGet();
      }
    }
  }

  private Mirror mirror(Diary diary, Counted store, MirrorGauge gauge, int basePieces) {
    MirrorSettings settings =
        new MirrorSettings(0, PIECE_BYTES, 1 << 20, 1 << 30, basePieces, 1, 4, COPIES, 0);
    return new Mirror(
        new Chain.Identity("c1", 1, "writer"),
        diary,
        store,
        settings,
        gauge,
        new Persistence(settings, gauge, Thread::sleep),
        pool,
        wall::get);
  }

  @Test
  void whatIsAllStillThereIsCopiedPieceByPieceAndTheLagIsTold() throws Exception {
    Diary diary = new Diary(Integer.MAX_VALUE);
    Counted store = new Counted(diary);
    MirrorGauge gauge = new MirrorGauge("counted", diary, wall::get);
    Mirror mirror = mirror(diary, store, gauge, Integer.MAX_VALUE);
    assertThat(mirror.step()).as("begins with a snapshot").isTrue();
    assertThat(mirror.step()).isFalse();
    assertThat(gauge.status().getState()).isEqualTo(MirrorStatus.State.UP_TO_DATE);

    diary.goOnTo(RECORDS);
    MirrorStatus before = gauge.status();
    assertThat(before.getRecordsBehind()).isEqualTo(RECORDS);
    assertThat(before.getBytesBehind()).isGreaterThan(RECORDS * OBJECT_BYTES);
    assertThat(before.getMillisBehind()).isEqualTo(RECORDS * STEP);

    int steps = 0;
    while (mirror.step()) {
      steps++;
      MirrorStatus now = gauge.status();
      long left = now.getRecordsBehind();
      assertThat(left).isLessThan(before.getRecordsBehind());
      assertThat(store.copied.get())
          .as("nothing is told of that is not there")
          .isGreaterThanOrEqualTo((int) (RECORDS - left));
      assertThat(now.getBytesBehind())
          .as("%s", now)
          .isBetween(left * OBJECT_BYTES, left * (OBJECT_BYTES + 1_000));
      assertThat(now.getMillisBehind()).isEqualTo(left * STEP);
      assertThat(now.getState())
          .isEqualTo(
              left * STEP < 10_000
                  ? MirrorStatus.State.UP_TO_DATE
                  : MirrorStatus.State.CATCHING_UP);
      before = now;
    }
    assertThat(steps).isGreaterThan(1_000);
    assertThat(gauge.status().getBytesBehind()).isZero();
    assertThat(gauge.status().getMillisBehind()).isZero();
    assertThat(store.copied).hasValue(RECORDS);
    assertBounded(store);
  }

  @Test
  void whatWasReleasedMeanwhileIsSteppedOver() throws Exception {
    Diary diary = new Diary(3);
    Counted store = new Counted(diary);
    MirrorGauge gauge = new MirrorGauge("counted", diary, wall::get);
    Mirror mirror = mirror(diary, store, gauge, 2_000);
    assertThat(mirror.step()).as("begins with a snapshot").isTrue();

    diary.goOnTo(RECORDS);
    for (int i = 0; i < 10; i++) {
      boolean unused = mirror.step();
    }
    assertThat(gauge.status().getRecordsBehind()).isZero();
    assertThat(gauge.status().getLostObjects()).as("released is not lost").isZero();
    assertThat(store.copied).as("of %d", RECORDS).hasValueLessThan(10);
    assertThat(store.missed).hasValueLessThan(RECORDS / 4);
    assertThat(store.objects.keySet())
        .contains(diary.key(RECORDS), diary.key(RECORDS - 1), diary.key(RECORDS - 2));
    assertBounded(store);
  }

  private static void assertBounded(Counted store) {
    assertThat(store.mostCopying).hasValueLessThanOrEqualTo(COPIES);
    assertThat(store.mostWaiting).hasValueLessThanOrEqualTo(64);
    assertThat(store.mostPieceBytes).hasValueLessThan(2 * PIECE_BYTES);
  }
}

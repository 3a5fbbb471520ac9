package dev.belay.jobs.cli;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Segment;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.checkpoint.CheckpointContents;
import dev.belay.storage.checkpoint.CheckpointContents.Place;
import dev.belay.storage.checkpoint.Verifying;
import dev.belay.storage.format.ObjectKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a job has stored to the last byte, several partitions at a time, and lists what is not
 * as it was written. A job that goes on drops checkpoints meanwhile: what seems to be lost is bad
 * only if the coordinator still names it.
 */
final class Proof {
  private static final int THREADS = 8;
  private static final int WAITING = 32;
  private static final int MOST_ROUNDS = 5;
  private static final int MOST_TRIES = 3;

  /**
   * Something that is not as it was written.
   *
   * @param partition -1: the plan
   * @param sequence of the checkpoint; 0: it is no checkpoint
   */
  record Bad(int partition, long sequence, String key, Kind kind, String message) {}

  private final ObjectStore store;
  private final IntFunction<List<KeptCheckpoint>> asked;
  private final boolean all;
  private final Gauge gauge;
  private final List<Bad> bad = new ArrayList<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private long checkpoints;
  private long segments;

  /**
   * @param asked what the coordinator names of a partition now; asked by many threads
   * @param all whether every checkpoint is to be read, or the newest of each partition
   */
  Proof(ObjectStore store, IntFunction<List<KeptCheckpoint>> asked, boolean all, Gauge gauge) {
    this.store = store;
    this.asked = asked;
    this.all = all;
    this.gauge = gauge;
  }

  /**
   * Reads all of it.
   *
   * @throws CliException if the store is out of reach, which says nothing about what it holds
   */
  void run(Iterable<ListCheckpointsReply> pages) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    Semaphore room = new Semaphore(WAITING);
    try {
      List<KeptCheckpoint> group = new ArrayList<>();
      boolean first = true;
      for (ListCheckpointsReply page : pages) {
        if (first && page.hasPlan()) {
          threads.execute(() -> plan(page.getPlan()));
        }
        first = false;
        for (KeptCheckpoint kept : page.getCheckpointsList()) {
          if (!group.isEmpty() && group.get(0).getPartition() != kept.getPartition()) {
            submit(threads, room, List.copyOf(group));
            group.clear();
          }
          group.add(kept);
        }
      }
      if (!group.isEmpty()) {
        submit(threads, room, group);
      }
      threads.shutdown();
      while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        // However long it takes.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.FAILED, "interrupted", e);
    } finally {
      threads.shutdownNow();
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void submit(ExecutorService threads, Semaphore room, List<KeptCheckpoint> group)
      throws InterruptedException {
    if (failure.get() != null) {
      return;
    }
    room.acquire();
    threads.execute(
        () -> {
          try {
            partition(group);
            gauge.at(group.get(0).getPartition() + 1);
          } finally {
            room.release();
          }
        });
  }

  private void plan(ObjectRef plan) {
    guarded(
        () -> {
          try {
            patiently(() -> Verifying.object(store, plan, ObjectKind.PLAN, gauge::read));
          } catch (StoreException e) {
            add(bad(-1, 0, plan.getKey(), e));
          }
        });
  }

  private void partition(List<KeptCheckpoint> named) {
    guarded(
        () -> {
          Reading reading = new Reading();
          List<KeptCheckpoint> group = named;
          for (int round = 0; round < MOST_ROUNDS; round++) {
            read(group, reading);
            if (reading.found.isEmpty()) {
              break;
            }
            group = asked.apply(named.get(0).getPartition());
            reading.retain(keys(group));
            if (!reading.found.isEmpty()) {
              break;
            }
          }
          add(reading);
        });
  }

  /** What is known of a partition: in each round, of what was named before it. */
  private static final class Reading {
    /** Of any round: what need not be read again. */
    final Set<String> whole = new HashSet<>();

    final Set<Place> wholePlaces = new HashSet<>();

    /** Of the latest round. */
    final List<Bad> found = new ArrayList<>();

    final Set<String> checkpoints = new HashSet<>();
    final Set<String> segments = new HashSet<>();

    void begin() {
      found.clear();
      checkpoints.clear();
      segments.clear();
    }

    /** Nothing else is named any more: it is neither bad nor kept. */
    void retain(Set<String> keys) {
      found.removeIf(one -> !keys.contains(one.key()));
      checkpoints.retainAll(keys);
      segments.retainAll(keys);
    }
  }

  private void guarded(Runnable work) {
    if (failure.get() != null) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private synchronized void add(Reading reading) {
    bad.addAll(reading.found);
    checkpoints += reading.checkpoints.size();
    segments += reading.segments.size();
  }

  private synchronized void add(Bad one) {
    bad.add(one);
  }

  private static Set<String> keys(List<KeptCheckpoint> group) {
    Set<String> keys = new HashSet<>();
    for (KeptCheckpoint kept : group) {
      keys.add(kept.getCheckpoint().getObject().getKey());
      outputOf(kept).forEach(segment -> keys.add(segment.getObject().getKey()));
    }
    return keys;
  }

  private static List<Segment> outputOf(KeptCheckpoint kept) {
    return kept.hasCheckpoint() ? kept.getCheckpoint().getSegmentsList() : kept.getOutputList();
  }

  /** What of a partition is not whole, by what is named now. */
  private void read(List<KeptCheckpoint> group, Reading reading) {
    reading.begin();
    Set<ObjectRef> output = new LinkedHashSet<>();
    boolean first = true;
    boolean lost = group.stream().noneMatch(Proof::goesOn);
    for (KeptCheckpoint kept : group) {
      if (kept.hasCheckpoint() && (kept.getUnusable().isEmpty() || lost) && (first || all)) {
        first = false;
        checkpoint(kept, reading);
        outputOf(kept).forEach(segment -> output.add(segment.getObject()));
      } else if (!kept.hasCheckpoint()) {
        outputOf(kept).forEach(segment -> output.add(segment.getObject()));
      }
    }
    for (ObjectRef segment : output) {
      String key = segment.getKey();
      try {
        if (!reading.whole.contains(key)) {
          patiently(() -> Verifying.object(store, segment, ObjectKind.SEGMENT, gauge::read));
          reading.whole.add(key);
        }
        reading.segments.add(key);
      } catch (StoreException e) {
        reading.found.add(bad(group.get(0).getPartition(), 0, key, e));
      }
    }
  }

  /**
   * Whether its partition is done, or can go on from it. What else was found unusable before is no
   * news then.
   */
  private static boolean goesOn(KeptCheckpoint kept) {
    return kept.getPartitionState() == PartitionState.PARTITION_SUCCEEDED
        || !kept.hasCheckpoint()
        || kept.getUnusable().isEmpty();
  }

  private void checkpoint(KeptCheckpoint kept, Reading reading) {
    Checkpoint checkpoint = kept.getCheckpoint();
    String key = checkpoint.getObject().getKey();
    try {
      if (!reading.whole.contains(key)) {
        patiently(
            () ->
                CheckpointContents.open(store, checkpoint)
                    .verify(reading.wholePlaces, gauge::read));
        reading.whole.add(key);
      }
      reading.checkpoints.add(key);
    } catch (StoreException e) {
      reading.found.add(bad(kept.getPartition(), checkpoint.getSequence(), key, e));
    }
  }

  private static Bad bad(int partition, long sequence, String key, StoreException e) {
    return new Bad(partition, sequence, key, e.kind(), String.valueOf(e.getMessage()));
  }

  private interface Look {
    void read() throws StoreException;
  }

  /** A store that is out of reach is tried again, and then nothing is known. */
  private static void patiently(Look look) throws StoreException {
    for (int tries = 1; ; tries++) {
      try {
        look.read();
        return;
      } catch (StoreException e) {
        switch (e.kind()) {
          case MISSING, CORRUPT, INCOMPATIBLE -> throw e;
          case UNAVAILABLE, EXISTS, CONFIGURATION -> {
            if (tries == MOST_TRIES || e.kind() == Kind.CONFIGURATION) {
              throw CheckpointFailures.of(e);
            }
            pause(tries);
          }
        }
      }
    }
  }

  private static void pause(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.FAILED, "interrupted", e);
    }
  }

  /** What is not as it was written, by partition. */
  synchronized List<Bad> bad() {
    return bad.stream()
        .sorted(Comparator.comparingInt(Bad::partition).thenComparing(Bad::key))
        .toList();
  }

  /** How many are whole, of those that are kept. */
  synchronized long checkpoints() {
    return checkpoints;
  }

  synchronized long segments() {
    return segments;
  }
}

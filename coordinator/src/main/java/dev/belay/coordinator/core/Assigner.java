package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * Who gets what: a pure function from what waits and who is free to placements. The emptiest worker
 * first, ties by name, so that work spreads; a task that failed on a worker by its own fault is
 * tried elsewhere first.
 */
final class Assigner {
  /** A worker with free slots. */
  static final class Candidate {
    final WorkerRecord worker;
    private int free;

    Candidate(WorkerRecord worker, int free) {
      this.worker = worker;
      this.free = free;
    }
  }

  /** A task goes to a worker. */
  record Placement(TaskRecord task, WorkerRecord worker) {}

  /** So that the record of a decision stays small; the next one goes on. */
  private static final int MAX_PLACEMENTS = 8_192;

  private static final Comparator<Candidate> EMPTIEST_FIRST =
      Comparator.<Candidate>comparingInt(candidate -> -candidate.free)
          .thenComparing(candidate -> candidate.worker.name);

  private final TreeSet<Candidate> candidates = new TreeSet<>(EMPTIEST_FIRST);
  private final List<Placement> placements = new ArrayList<>();

  Assigner(List<Candidate> free) {
    free.stream().filter(candidate -> candidate.free > 0).forEach(candidates::add);
  }

  /** Whether there is no room, or enough for one decision. */
  boolean full() {
    return candidates.isEmpty() || placements.size() >= MAX_PLACEMENTS;
  }

  List<Placement> placements() {
    return placements;
  }

  /**
   * Places as many as there is room for, in the order given; who finds no worker that has its code
   * is passed over.
   */
  void place(Iterator<TaskRecord> waiting) {
    while (!full() && waiting.hasNext()) {
      placeOne(waiting.next());
    }
  }

  /** Whether anybody has room and the code of a job. */
  boolean hasRoomFor(String job) {
    return candidates.stream().anyMatch(candidate -> candidate.worker.offers(job));
  }

  /** Whether it found a place. */
  boolean placeOne(TaskRecord task) {
    Candidate second = null;
    for (Candidate candidate : candidates) {
      if (candidate.worker.offers(task.job.spec.getJob())) {
        if (!candidate.worker.name.equals(task.failedOn)) {
          take(task, candidate);
          return true;
        }
        second = candidate;
      }
    }
    if (second != null) {
      take(task, second);
    }
    return second != null;
  }

  private void take(TaskRecord task, Candidate candidate) {
    candidates.remove(candidate);
    candidate.free--;
    if (candidate.free > 0) {
      candidates.add(candidate);
    }
    placements.add(new Placement(task, candidate.worker));
  }
}

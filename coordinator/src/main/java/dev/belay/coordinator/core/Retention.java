package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * How long what jobs have stored is kept: so many checkpoints of a partition, and all of them for a
 * while after the end of the job, so that it can be retried. Ended jobs stand in a queue by when
 * their time is over, so that nobody looks at those whose it is not.
 *
 * <p>Follows from the jobs alone, so it is in no snapshot.
 */
final class Retention {
  static final int CHECKPOINTS = 3;
  static final int MOST_CHECKPOINTS = 20;

  /** Of jobs that ended without success. */
  static final long KEEP_MILLIS = 7L * 24 * 3600 * 1000;

  /** Ten years: no sum with a wall clock overflows. */
  static final long MOST_MILLIS = 3650L * 24 * 3600 * 1000;

  /** A job's place in the queue. */
  record Turn(long atMillis, long number, JobRecord job) {}

  private final TreeSet<Turn> turns =
      new TreeSet<>(Comparator.comparingLong(Turn::atMillis).thenComparingLong(Turn::number));

  private long numbers;

  /** A job has ended; where nothing of it is left there is nothing to wait for. */
  void ended(JobRecord job) {
    forget(job);
    if (!job.objectsGone && (job.state != JobState.JOB_SUCCEEDED || job.keepsSuccess())) {
      job.turn = new Turn(untilMillis(job), ++numbers, job);
      turns.add(job.turn);
    }
  }

  /** It goes on, or nothing of it is left. */
  void forget(JobRecord job) {
    if (job.turn != null) {
      turns.remove(job.turn);
      job.turn = null;
    }
  }

  /** When what an ended job has stored is to be released, on the coordinator's wall clock. */
  static long untilMillis(JobRecord job) {
    return job.endedMillis
        + (job.spec.hasKeepForMillis() ? job.spec.getKeepForMillis() : KEEP_MILLIS);
  }

  /** Those whose time is over, the first ones. */
  List<JobRecord> over(long wallMillis, int most) {
    List<JobRecord> over = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.atMillis() > wallMillis || over.size() == most) {
        break;
      }
      over.add(turn.job());
    }
    return over;
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds up a job, and what is done about it. While nothing of a job waits and there is room for
 * more, the partitions that would take longest are cut in two, as many as there is room for tails;
 * the pieces are looked at again at once, so one that holds half of all work is on all slots after
 * a few rounds. Like customers who are led to the tills that have just opened. What cannot be cut
 * and is clearly slower than its siblings is begun a second time elsewhere.
 *
 * <p>How long a partition will take is told from its progress; of one that reports none it is
 * assumed that it has as much before it as behind it.
 *
 * <p>Soft state. Looks at jobs of which nothing waits, and of those at what runs, so never at more
 * leases than there are slots.
 */
final class StragglerWatch implements Holdings.Watcher {
  private static final long LOOK_NANOS = 100_000_000L;

  /** What takes no longer than this is not worth a cut. */
  private static final double LEAST_SECONDS = 2;

  private static final double HALF = 0.5;

  /** How often a job is cut at most, for each partition that was planned, and beyond that. */
  static final int CUTS_PER_PARTITION = 64;

  static final int CUTS_FREE = 10_000;

  /** With so many broken connections there is more to do than to be quick. */
  private static final int MOST_BROKEN = 64;

  private final Holdings holdings;
  private final Liveness liveness;
  private final LiveProgress progress;
  private final Yields yields;
  private final SplitRequests requests;
  private final Rooms rooms;
  private final Speculation speculation;
  private final Map<JobRecord, Set<Hold>> running = new LinkedHashMap<>();
  private long lookedNanos;
  private boolean looked;

  /** Where a job's partitions may run. */
  interface Rooms {
    /** Null: the job waits for nothing, and never did. */
    @Nullable Pool of(JobRecord job);
  }

  /** A lease, and how long it would take. */
  private record Candidate(Hold hold, double secondsLeft) {}

  StragglerWatch(
      Holdings holdings,
      Liveness liveness,
      LiveProgress progress,
      Yields yields,
      SplitRequests requests,
      Rooms rooms,
      Speculation speculation) {
    this.holdings = holdings;
    this.liveness = liveness;
    this.progress = progress;
    this.yields = yields;
    this.requests = requests;
    this.rooms = rooms;
    this.speculation = speculation;
    holdings.watch(this);
  }

  @Override
  public void came(Hold hold) {
    if (hold.task.isPartition()) {
      running.computeIfAbsent(hold.task.job, job -> new LinkedHashSet<>()).add(hold);
    }
  }

  @Override
  public void went(Hold hold) {
    Set<Hold> holds = running.get(hold.task.job);
    if (holds != null) {
      holds.remove(hold);
      if (holds.isEmpty()) {
        running.remove(hold.task.job);
      }
    }
  }

  /** To be called after what waits was placed: there may be room left. */
  Decision look(Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    long nanos = now.nanos();
    if (looked && nanos - lookedNanos < LOOK_NANOS) {
      return draft.done();
    }
    looked = true;
    lookedNanos = nanos;
    requests.tick(nanos);
    if (liveness.broken().size() > MOST_BROKEN) {
      return draft.done();
    }
    Map<Pool, Integer> wanted = wantedByLost();
    running.forEach(
        (job, holds) -> {
          if (job.runsPartitions() && job.ready.ready() == 0) {
            help(job, holds, wanted, draft, nanos);
          }
        });
    return draft.done();
  }

  /** How much of the room will be needed for what workers hold whose connection broke. */
  private Map<Pool, Integer> wantedByLost() {
    Map<Pool, Integer> wanted = new LinkedHashMap<>();
    for (WorkerRecord worker : liveness.broken()) {
      for (Hold hold : holdings.of(worker.incarnation).holds) {
        Pool pool = rooms.of(hold.task.job);
        if (pool != null && hold.other() == null) {
          wanted.merge(pool, 1, Integer::sum);
        }
      }
    }
    return wanted;
  }

  private void help(
      JobRecord job,
      Set<Hold> holds,
      Map<Pool, Integer> wantedByLost,
      Decision.Draft draft,
      long nanos) {
    Stragglers wanted = job.spec.getStragglers();
    Pool pool = rooms.of(job);
    if (wanted == Stragglers.STRAGGLERS_OFF || pool == null) {
      return;
    }
    int lost = wantedByLost.getOrDefault(pool, 0);
    int free = pool.freeSlots(holds.size() + lost) - lost;
    int room = room(job, holds.size(), free) - requests.pending(job);
    if (room > 0 && job.splittable && job.cuts() < mostCuts(job)) {
      room -= cut(holds, room, nanos);
    }
    if (room > 0 && wanted == Stragglers.STRAGGLERS_AUTO) {
      speculate(job, holds, pool, room, draft, nanos);
    }
  }

  /** Far more than halving needs, so that a job with strange progress is not cut without end. */
  static int mostCuts(JobRecord job) {
    int planned = job.partitions.length - job.cuts();
    long most = CUTS_FREE + (long) CUTS_PER_PARTITION * planned;
    return (int) Math.min(most, SplitReports.MAX_PARTITIONS / 2 - planned);
  }

  private void speculate(
      JobRecord job, Set<Hold> holds, Pool pool, int room, Decision.Draft draft, long nanos) {
    double usual = speculation.usual(job, holds);
    int left = room;
    for (Hold hold : holds) {
      // Whose connection broke may be losing it in this very decision.
      boolean first =
          hold.other() == null
              && hold.started
              && yields.of(hold) == null
              && liveness.connectedAs(hold.incarnation) != null;
      boolean cannotBeCut = !job.splittable || requests.declines(hold);
      if (left > 0
          && first
          && cannotBeCut
          && speculation.worthwhile(hold, usual, nanos)
          && speculation.begin(hold, pool, draft)) {
        left--;
      }
    }
  }

  /** Returns how many were asked. */
  private int cut(Set<Hold> holds, int room, long nanos) {
    List<Candidate> slow = new ArrayList<>();
    for (Hold hold : holds) {
      double left = secondsLeft(hold, nanos);
      if (left > LEAST_SECONDS && mayBeAsked(hold, nanos)) {
        slow.add(new Candidate(hold, left));
      }
    }
    slow.sort(Comparator.comparingDouble(Candidate::secondsLeft).reversed());
    slow.stream().limit(room).forEach(one -> requests.ask(one.hold, HALF, one.secondsLeft, nanos));
    return Math.min(room, slow.size());
  }

  /**
   * How many more leases it may have now; no more than it has.
   *
   * @param leases how many it has, second attempts included
   * @param free how many there are slots for
   */
  private static int room(JobRecord job, int leases, int free) {
    long limit = Integer.toUnsignedLong(job.spec.getMaxRunning());
    long allowed = limit == 0 ? leases : Math.min(leases, limit - leases);
    return (int) Math.min(free, allowed);
  }

  private boolean mayBeAsked(Hold hold, long nanos) {
    WorkerRecord worker = liveness.connectedAs(hold.incarnation);
    return worker != null
        && !worker.draining
        && hold.other() == null
        && !hold.task.toBeCut()
        && yields.of(hold) == null
        && !requests.pending(hold)
        && !requests.rests(hold, nanos);
  }

  private double secondsLeft(Hold hold, long nanos) {
    Speed speed = progress.speed(hold);
    if (speed != null && speed.known()) {
      return speed.secondsLeft(nanos);
    }
    double promised = requests.secondsLeft(hold.task, nanos);
    if (!Double.isNaN(promised)) {
      return promised;
    }
    return speed == null || speed.measured() ? 0 : speed.elapsedNanos(nanos) / 1e9;
  }
}

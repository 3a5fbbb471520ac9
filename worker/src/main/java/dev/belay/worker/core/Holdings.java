package dev.belay.worker.core;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.SplitRequest;
import dev.belay.runtime.proto.TaskId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator desires of this worker, what really runs here, and the steps from the one to
 * the other: like a shopping list beside a basket. The rules:
 *
 * <ul>
 *   <li>A (task, epoch) is started once in the life of this process.
 *   <li>At most one thread a task: a newer epoch stops the older one and waits until its thread has
 *       left.
 *   <li>What is not desired any more is stopped, unless its last word (completed, failed, released)
 *       waits for its answer: then the answer decides.
 *   <li>Nothing starts before this process is ready, which it is when it has its store.
 *   <li>At most so many work at a time as there are slots; what else is desired waits, in order. A
 *       thread that lingers after its work was stopped takes no slot at first; one that hangs, or
 *       has not left for some heartbeats, does.
 *   <li>What is desired but can never run here is given back, so that it comes again under a new
 *       epoch; so is what has waited too long for a slot, or for a thread that lingers, since
 *       others may have one.
 *   <li>What the coordinator asks for is drained once if it runs, and given back at once if it has
 *       not begun.
 * </ul>
 */
final class Holdings {
  /** At so many heartbeats after its lease ended a thread that is still here takes up a slot. */
  private static final int LINGERING_BEATS = 4;

  /** How many tasks that have ended here are remembered; far more than one Desired can name. */
  private static final int MEMORY = 16_384;

  /**
   * How long a lease may wait for a slot. The coordinator gives out more leases than slots where
   * work has been quick; where it turns out slow, another worker should have it.
   */
  private static final long QUEUE_PATIENCE_NANOS = 2_000_000_000L;

  /** As above, while this process is not ready: nobody is at work here that it would wait for. */
  private static final long OPENING_PATIENCE_NANOS = 10_000_000_000L;

  /** A task whose thread is in this process. */
  static final class Held {
    private final Lease lease;
    private boolean stopped;
    private boolean draining;

    /** Its last word was answered: only its thread has yet to leave. */
    private boolean over;

    private boolean muted;

    /** It hangs, by its own last word. */
    private boolean stuck;

    /** How many heartbeats ago its lease ended here. */
    private int endedBeats;

    private Held(Lease lease) {
      this.lease = lease;
    }

    boolean working() {
      return !stopped && !over;
    }

    boolean lingers() {
      return !working() && (stuck || endedBeats >= LINGERING_BEATS);
    }
  }

  private final ReportQueue reports;
  private final int slots;
  private final DesiredSet desired = new DesiredSet();

  /** Desired, and not looked at yet. */
  private final List<Assignment> fresh = new ArrayList<>();

  /** Of the fresh ones, those that the coordinator wants back. */
  private final Set<Lease> yielding = new LinkedHashSet<>();

  private final WorkQueue queue = new WorkQueue();
  private final Map<TaskId, Held> running = new LinkedHashMap<>();

  /** How many of those that run are working. */
  private int working;

  /** How many of the others have not left for so long that they take up a slot. */
  private int lingering;

  private boolean ready;

  /** The newest epoch of each task that was started here, oldest first. */
  private final Map<TaskId, Epoch> started = new LinkedHashMap<>();

  Holdings(ReportQueue reports, int slots) {
    this.reports = reports;
    this.slots = slots;
  }

  void ready() {
    ready = true;
  }

  void apply(Desired change, List<Effect> effects) {
    if (change.getWhole()) {
      desired.clear();
      fresh.clear();
      List<Lease> unused = queue.takeAll();
    }
    for (Revocation revocation : change.getRevokeList()) {
      Lease lease = revocation.getLease();
      undesire(lease);
      stop(heldUnder(lease), revocation.getReason(), effects);
    }
    for (Assignment assignment : change.getAssignList()) {
      desired.add(assignment);
      fresh.add(assignment);
    }
    change.getYieldList().forEach(wanted -> yieldLease(wanted.getLease(), effects));
    if (change.getWhole()) {
      stopUndesired(effects);
    }
    for (SplitRequest split : change.getSplitList()) {
      Held held = heldUnder(split.getLease());
      if (held != null && held.working() && !reports.hasLastWord(split.getLease())) {
        effects.add(new Effect.SplitTask(split.getLease(), split.getFraction()));
      }
    }
    desired.meant(change.getDigest());
  }

  private void yieldLease(Lease lease, List<Effect> effects) {
    if (!desired.contains(lease)) {
      return;
    }
    if (queue.contains(lease)) {
      queue.remove(lease);
      giveBack(lease, Released.Why.DRAINS);
    } else if (heldUnder(lease) != null) {
      drain(heldUnder(lease), effects);
    } else {
      yielding.add(lease);
    }
  }

  /** Whether the desired set is the one that the coordinator meant when it last spoke of it. */
  boolean agrees() {
    return desired.agrees();
  }

  private void undesire(Lease lease) {
    desired.remove(lease);
    queue.remove(lease);
  }

  private void stopUndesired(List<Effect> effects) {
    for (Held held : running.values()) {
      if (!desired.contains(held.lease) && !reports.hasLastWord(held.lease)) {
        stop(held, "the coordinator has given it to another worker", effects);
      }
    }
  }

  /** Starts what can start, and gives back what never can. */
  void settle(boolean draining, long nowNanos, List<Effect> effects) {
    for (Assignment assignment : fresh) {
      if (desired.contains(assignment.getLease())) {
        take(assignment, nowNanos, effects);
      }
    }
    fresh.clear();
    yielding.clear();
    if (draining) {
      queue.takeAll().forEach(lease -> giveBack(lease, Released.Why.DRAINS));
    }
    while (ready && working + lingering < slots && !queue.isEmpty()) {
      Assignment next = queue.takeFirst(this::isFree);
      if (next == null) {
        return;
      }
      start(next, effects);
    }
  }

  private void take(Assignment assignment, long nowNanos, List<Effect> effects) {
    Lease lease = assignment.getLease();
    Held held = running.get(lease.getTask());
    if (held != null && held.lease.equals(lease)) {
      return;
    }
    if (held != null && DesiredSet.isNewer(lease.getEpoch(), held.lease.getEpoch())) {
      stop(held, "the coordinator has assigned it anew", effects);
    }
    if (yielding.contains(lease) || wasStarted(lease) || reports.hasLastWord(lease)) {
      giveBack(lease, Released.Why.DRAINS);
    } else if (held != null && held.stuck) {
      // It may never leave.
      giveBack(lease, Released.Why.OLD_THREAD);
    } else if (!queue.contains(lease)) {
      queue.add(assignment, nowNanos);
    }
  }

  /** Gives back what has waited too long for a slot, or behind a thread that does not leave. */
  void giveBackOverdue(long nowNanos) {
    queue
        .takeOverdue(nowNanos, ready ? QUEUE_PATIENCE_NANOS : OPENING_PATIENCE_NANOS, this::isFree)
        .forEach(lease -> giveBack(lease, Released.Why.NO_SLOT));
    queue
        .takeOverdue(nowNanos, QUEUE_PATIENCE_NANOS, this::isBehindLingering)
        .forEach(lease -> giveBack(lease, Released.Why.OLD_THREAD));
  }

  private boolean isBehindLingering(Lease lease) {
    Held older = running.get(lease.getTask());
    return older != null && older.lingers();
  }

  private boolean isFree(Lease lease) {
    return !running.containsKey(lease.getTask());
  }

  private void start(Assignment assignment, List<Effect> effects) {
    Lease lease = assignment.getLease();
    running.put(lease.getTask(), new Held(lease));
    working++;
    started.remove(lease.getTask());
    started.put(lease.getTask(), lease.getEpoch());
    effects.add(new Effect.Start(assignment));
  }

  private void giveBack(Lease lease, Released.Why why) {
    if (!reports.hasLastWord(lease)) {
      reports.add(OwnReports.released(lease, why), 0);
    }
  }

  private boolean wasStarted(Lease lease) {
    Epoch epoch = started.get(lease.getTask());
    return epoch != null && !DesiredSet.isNewer(lease.getEpoch(), epoch);
  }

  /** The thread of a task has left. */
  void ended(Lease lease) {
    Held held = heldUnder(lease);
    if (held == null) {
      return;
    }
    running.remove(lease.getTask());
    lingering = Math.max(0, lingering - (held.lingers() ? 1 : 0));
    boolean lastWord = reports.hasLastWord(lease);
    if (held.working()) {
      working--;
      if (!lastWord) {
        reports.add(OwnReports.endedSilently(lease), 0);
      }
    } else if (!lastWord && desired.contains(lease)) {
      giveBack(lease, Released.Why.DRAINS);
    }
    forgetOldest();
  }

  private void forgetOldest() {
    var oldest = started.keySet().iterator();
    for (int excess = started.size() - running.size() - MEMORY; excess > 0; excess--) {
      TaskId task = oldest.next();
      if (!running.containsKey(task)) {
        oldest.remove();
      }
    }
  }

  /** A report of a running task is on its way. */
  void reported(Report report) {
    Held held = heldUnder(report.getLease());
    if (held != null && report.getFailed().getKind() == Failed.Kind.STUCK) {
      held.stuck = true;
    }
  }

  /**
   * The threads that have not left although their lease ended: called once a heartbeat, since a
   * thread is given the time of some to leave. One that hangs counts at once.
   */
  int countLingering() {
    int stuckYetUnanswered = 0;
    lingering = 0;
    for (Held held : running.values()) {
      if (!held.working()) {
        held.endedBeats++;
      }
      lingering += held.lingers() ? 1 : 0;
      stuckYetUnanswered += held.stuck && held.working() ? 1 : 0;
    }
    return lingering + stuckYetUnanswered;
  }

  /** The last word on a lease has been answered. */
  void over(Lease lease) {
    undesire(lease);
    Held held = heldUnder(lease);
    if (held != null && held.working()) {
      working--;
      lingering += held.stuck ? 1 : 0;
    }
    if (held != null) {
      held.over = true;
    }
  }

  void refused(Lease lease, String reason, List<Effect> effects) {
    undesire(lease);
    mute(lease, reason, effects);
  }

  /** Stops a lease that has nothing more to report. */
  void mute(Lease lease, String reason, List<Effect> effects) {
    Held held = heldUnder(lease);
    if (held != null) {
      held.muted = true;
      stop(held, reason, effects);
    }
  }

  /** Whether a report of this lease may still be of use to the coordinator. */
  boolean mayReport(Lease lease) {
    Held held = heldUnder(lease);
    return held != null && !held.muted;
  }

  void stopAll(String reason, List<Effect> effects) {
    running.values().forEach(held -> stop(held, reason, effects));
  }

  void drainAll(List<Effect> effects) {
    running.values().forEach(held -> drain(held, effects));
  }

  private static void drain(@Nullable Held held, List<Effect> effects) {
    if (held != null && held.working() && !held.draining) {
      held.draining = true;
      effects.add(new Effect.DrainTask(held.lease));
    }
  }

  private void stop(@Nullable Held held, String reason, List<Effect> effects) {
    if (held != null && held.working()) {
      held.stopped = true;
      working--;
      effects.add(new Effect.Stop(held.lease, reason));
    }
  }

  private @Nullable Held heldUnder(Lease lease) {
    Held held = running.get(lease.getTask());
    return held != null && held.lease.equals(lease) ? held : null;
  }

  /** Whether progress of this lease is worth telling. */
  boolean isWorking(Lease lease) {
    Held held = heldUnder(lease);
    return held != null && held.working();
  }

  boolean anyWorking() {
    return working > 0;
  }

  /** Adds what runs here and is not over, stopped or not. */
  void addLeasesTo(Collection<Lease> leases) {
    for (Held held : running.values()) {
      if (!held.over) {
        leases.add(held.lease);
      }
    }
  }

  int running() {
    return running.size();
  }
}

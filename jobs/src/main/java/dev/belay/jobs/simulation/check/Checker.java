package dev.belay.jobs.simulation.check;

import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.ToWorker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Hears of everything that happens, and throws a {@link Violation} when it must not. */
public final class Checker implements SimulatedStore.Guard {
  private final List<JournalRecord> records = new ArrayList<>();
  private final Map<String, Set<Report>> reported = new HashMap<>();
  private final Map<String, Set<Lease>> begun = new HashMap<>();
  private final Promises promises = new Promises();
  private final Set<String> cancellable = new HashSet<>();
  private final Predicate<String> damaged;
  private final Jobs jobs;
  private Told told = new Told();
  private Account account;
  private long mostSynced;

  /** A partition, or what a cut made of it, as those know it who know the jobs. */
  public record Covered(int index, SplitBounds bounds) {}

  /** What jobs are about, by their names. */
  public interface Jobs {
    /** Whether the output is what it must be, without some of it. */
    boolean outputIsRight(String name, List<Covered> without);

    /** Why something of it should not have been given up for this error; empty: it should. */
    String wronged(String name, Covered what, String error);
  }

  /**
   * @param damaged whether the object of a key was damaged on purpose
   */
  public Checker(Predicate<String> damaged, Jobs jobs) {
    this.damaged = damaged;
    this.jobs = jobs;
    this.account = fresh();
  }

  private Account fresh() {
    return new Account(
        new Account.Truth() {
          @Override
          public boolean reported(String incarnation, Report report) {
            return reported.getOrDefault(incarnation, Set.of()).contains(report);
          }

          @Override
          public boolean damaged(Checkpoint checkpoint) {
            return checkpoint.getReferencesList().stream().anyMatch(damaged);
          }

          @Override
          public boolean published(String job) {
            JobAccount of = account.job(job);
            return of != null && jobs.outputIsRight(of.spec.getName(), of.leftOut());
          }

          @Override
          public String wronged(TaskId task, SplitBounds bounds, String error) {
            JobAccount of = account.job(task.getJob());
            return of == null
                ? "of no job"
                : jobs.wronged(of.spec.getName(), new Covered(task.getIndex(), bounds), error);
          }
        });
  }

  // ---- the coordinator

  public void appended(JournalRecord record) {
    Violation.unless(
        record.getSequence() == records.size() + 1L, "record " + record.getSequence(), "a gap");
    records.add(record);
    account.take(record);
  }

  /** Something is let out: whatever was decided before must be on the device. */
  public void letOut(Object effect, long appended, long synced) {
    mostSynced = Math.max(mostSynced, synced);
    Violation.unless(
        synced == appended,
        effect.getClass().getSimpleName(),
        "let out while record " + appended + " is not on the device yet, only " + synced);
  }

  /** A worker speaks on a stream. */
  public void received(long stream, FromWorker message) {
    if (message.hasHello()) {
      told.greeted(stream, message.getHello().getIncarnation());
    }
    told.received(stream, message);
  }

  public void closed(long stream) {
    told.closed(stream);
  }

  public void sent(long stream, ToWorker message) {
    told.sent(stream, message);
  }

  /** All effects of a batch are out. */
  public void batchIsOver() {
    told.compare(account.held());
  }

  /** A coordinator came back with the journal up to here, and with this state. */
  public void recovered(long lastSequence, List<SnapshotEntry> state) {
    Violation.unless(
        lastSequence >= mostSynced,
        "the journal",
        "ends at " + lastSequence + ", though " + mostSynced + " had been synced and told");
    Violation.unless(lastSequence <= records.size(), "the journal", "has records from nowhere");
    told = new Told();
    if (lastSequence < records.size()) {
      records.subList((int) lastSequence, records.size()).clear();
      account = fresh();
      records.forEach(account::take);
    }
    promises.mustHold(account);
    state.forEach(account::compare);
  }

  /** Two ways to the same state must lead to the same. */
  public static void same(List<SnapshotEntry> live, List<SnapshotEntry> replayed) {
    for (int i = 0; i < Math.max(live.size(), replayed.size()); i++) {
      SnapshotEntry one = i < live.size() ? live.get(i) : null;
      SnapshotEntry other = i < replayed.size() ? replayed.get(i) : null;
      if (one == null || !one.equals(other)) {
        throw new Violation(
            "replay makes another state than the live one: " + text(one) + " was " + text(other));
      }
    }
  }

  private static String text(@Nullable SnapshotEntry entry) {
    return entry == null ? "nothing" : entry.toString().replaceAll("\\s+", " ");
  }

  // ---- workers

  /** A task begins in a process. */
  public void begins(String incarnation, Assignment assignment) {
    Lease lease = assignment.getLease();
    TaskAccount task = account.task(lease.getTask());
    if (task == null || !incarnation.equals(task.holder(lease))) {
      throw new Violation(
          incarnation
              + " begins "
              + (task == null ? "no task" : task)
              + ", which is not its lease");
    }
    Violation.unless(
        begun.computeIfAbsent(incarnation, i -> new HashSet<>()).add(lease),
        task,
        incarnation + " begins one lease twice");
    Line line = task.lineOf(lease);
    if (line != null) {
      boolean restart = assignment.getSpec().getOnLostCheckpoints() == OnLostCheckpoints.RESTART;
      Violation.unless(
          assignment.getCheckpointsList().equals(task.toRestore(line, restart)),
          task,
          "assigned with other checkpoints than those that count");
      Violation.unless(
          assignment.getBounds().equals(task.bounds()), task, "assigned with other bounds");
      Violation.unless(
          assignment.getBisect() == task.isToBeCut(), task, "assigned to be cut, or not to be");
      Violation.unless(
          assignment.getNextSequence() == line.lastSequence() + 1,
          task,
          "assigned with sequence " + assignment.getNextSequence());
    }
  }

  /** A second thread for one task in one process. */
  public static void alone(boolean alone, Lease lease) {
    Violation.unless(alone, lease.getTask(), "two threads in one process");
  }

  /** A task in a process really reports this. */
  public void reports(String incarnation, Report report) {
    reported.computeIfAbsent(incarnation, i -> new HashSet<>()).add(bare(report));
  }

  /** Without what the journal says in other words. */
  private static Report bare(Report report) {
    return report.hasSplit()
        ? report.toBuilder().setSplit(report.getSplit().toBuilder().clearHeadShare()).build()
        : report;
  }

  /** A task was told that its report counts. */
  public void acknowledged(Report report) {
    promises.acknowledged(account, report);
  }

  // ---- people

  public void toldSubmitted(String key, String job) {
    promises.submitted(account, key, job);
  }

  /** Somebody asks for it. */
  public void mayBeCancelled(String job) {
    cancellable.add(job);
  }

  public void toldCancelled(String job) {
    promises.cancelled(account, job);
  }

  /** Somebody was told that a partition goes on from there, and did not before. */
  public void toldRestored(Kept checkpoint) {
    promises.restored(account, checkpoint);
  }

  // ---- the store

  @Override
  public void overwritten(String key) {
    throw new Violation(key + " was written twice");
  }

  @Override
  public void deleted(String key) {
    account.mayDelete(key);
  }

  @Override
  public void deletedByStrangers(String key) {
    account.mayBeGone(key);
  }

  @Override
  public void abandoned(String key) {
    account.mayAbandon(key);
  }

  // ---- at the end

  /** Whether nothing is left to be done. */
  public boolean allEnded() {
    return account.jobs().stream().allMatch(JobAccount::hasEnded);
  }

  public List<String> unfinished() {
    return account.jobs().stream().filter(job -> !job.hasEnded()).map(job -> job.id).toList();
  }

  /** How a job came to its end, for the one who knows how it should. */
  public record Ending(
      String job, String name, String key, JobState state, String error, List<Covered> leftOut) {}

  public List<Ending> endings() {
    return account.jobs().stream()
        .map(
            job ->
                new Ending(job.id, job.spec.getName(), job.key, job.end, job.error, job.leftOut()))
        .toList();
  }

  /** Whether the job of a name is paused. */
  public boolean isPaused(String name) {
    return account.jobs().stream().anyMatch(job -> job.spec.getName().equals(name) && job.paused);
  }

  /** Whether the job of a name was stopped. */
  public boolean isStopped(String name) {
    return account.jobs().stream()
        .anyMatch(job -> job.spec.getName().equals(name) && job.end == JobState.JOB_STOPPED);
  }

  /** Whether the job of a name has ended, and not succeeded. */
  public boolean endedInVain(String name) {
    return account.jobs().stream()
        .anyMatch(
            job ->
                job.spec.getName().equals(name)
                    && job.hasEnded()
                    && job.end != JobState.JOB_SUCCEEDED);
  }

  public boolean mayHaveBeenCancelled(String job) {
    return cancellable.contains(job);
  }

  /** What was written to it so far. */
  public List<JournalRecord> journal() {
    return List.copyOf(records);
  }

  public long records() {
    return records.size();
  }

  /** A checkpoint that a partition has, and the objects that a restore would read. */
  public record Kept(TaskId task, long sequence, List<String> objects) {}

  /** All that the job of a name could be taken back to; also such as have ended. */
  public List<Kept> kept(String name) {
    List<Kept> all = new ArrayList<>();
    for (JobAccount job : account.jobs()) {
      if (job.spec.getName().equals(name)) {
        for (TaskAccount task : job.partitions) {
          if (!task.isCompleted()) {
            task.kept()
                .forEach(
                    one -> all.add(new Kept(task.id, one.getSequence(), one.getReferencesList())));
          }
        }
      }
    }
    return all;
  }

  /** All is quiet, and what was garbage was collected: nothing else may be left. */
  public void mustBeNamed(
      List<String> objects, List<String> uploads, List<SnapshotEntry> coordinator) {
    new Space(account).mustBeNamed(objects, uploads, coordinator);
  }

  /** Whether the job of a name was stopped, and what it had stored is gone since. */
  public boolean isForgotten(String name) {
    return account.jobs().stream()
        .anyMatch(job -> job.spec.getName().equals(name) && job.releasedAll);
  }

  /** The newest checkpoint object of some partition that could still be restored from. */
  public List<String> restorable() {
    List<String> keys = new ArrayList<>();
    for (JobAccount job : account.jobs()) {
      if (!job.hasEnded()) {
        for (TaskAccount task : job.partitions) {
          if (!task.isEnded() && !task.kept().isEmpty()) {
            keys.add(task.kept().get(0).getObject().getKey());
          }
        }
      }
    }
    return keys;
  }
}

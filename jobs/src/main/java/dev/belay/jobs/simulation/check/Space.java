package dev.belay.jobs.simulation.check;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may lie in the store: what the journal names, what those may still name who hold leases, and
 * nothing else once all is quiet and was collected. Told from the names of objects.
 */
final class Space {
  private static final Pattern NAME =
      Pattern.compile("sim/(job-\\d+)/(p(\\d+)|plan)/1-(\\d+)-(?:(\\d+)-)?.+");

  private final Account account;

  Space(Account account) {
    this.account = account;
  }

  /** Under which lease something was stored, and of a checkpoint as which. */
  private record Origin(JobAccount job, TaskAccount task, Lease lease, long sequence) {
    long counter() {
      return lease.getEpoch().getCounter();
    }
  }

  private Origin origin(String key) {
    Matcher name = NAME.matcher(key);
    Violation.unless(name.matches(), key, "is nobody's");
    TaskId.Builder id = TaskId.newBuilder().setJob(name.group(1)).setKind(TaskKind.PLAN);
    if (name.group(3) != null) {
      id.setKind(TaskKind.PARTITION).setIndex(Integer.parseInt(name.group(3)));
    }
    JobAccount job = account.job(name.group(1));
    TaskAccount task = account.task(id.build());
    if (job == null || task == null) {
      throw new Violation(key + " is of a task that does not exist");
    }
    Lease lease =
        Lease.newBuilder()
            .setTask(id)
            .setEpoch(Epochs.of(1, Long.parseLong(name.group(4))))
            .build();
    long sequence = name.group(5) == null ? Long.MAX_VALUE : Long.parseLong(name.group(5));
    return new Origin(job, task, lease, sequence);
  }

  /** Who holds the lease may just have stored it, and be about to say so. */
  void mayRelease(String key) {
    Origin origin = origin(key);
    Line line = origin.task.lineOf(origin.lease);
    Violation.unless(
        line == null || origin.sequence <= line.lastSequence(),
        origin.task,
        key + " is released, and its holder may still report it");
  }

  /** Whether an upload that was begun may be ended by others. */
  void mayAbandon(String key) {
    Origin origin = origin(key);
    Violation.unless(
        origin.task.lineOf(origin.lease) == null,
        origin.task,
        key + " was abandoned while its holder uploads it");
  }

  /**
   * All is quiet, and what is garbage was collected.
   *
   * @param state of the coordinator, which knows whose word there was on the end of a lease
   */
  void mustBeNamed(
      Collection<String> objects, Collection<String> uploads, List<SnapshotEntry> state) {
    Map<TaskId, Long> closed = new HashMap<>();
    for (SnapshotEntry entry : state) {
      TaskEntry task = entry.getTask();
      closed.put(task.getTask(), task.getClosedCounter());
    }
    Map<JobAccount, Set<String>> needed = new HashMap<>();
    for (String key : objects) {
      Origin origin = origin(key);
      if (!needed.computeIfAbsent(origin.job, JobAccount::needed).contains(key)) {
        mayLie("an object", key, origin, closed.get(origin.lease.getTask()));
      }
    }
    for (String key : uploads) {
      Origin origin = origin(key);
      mayLie("an unfinished upload", key, origin, closed.get(origin.lease.getTask()));
    }
  }

  /** Only what a lease left behind of whose end nobody had a word, and that nobody began anew. */
  private static void mayLie(String what, String key, Origin origin, @Nullable Long closed) {
    boolean unheard =
        !origin.job.releasedAll
            && !origin.job.released.contains(key)
            && !origin.task.isCompleted()
            && closed != null
            && origin.counter() > closed;
    Violation.unless(unheard, origin.task, key + " is " + what + " that nobody needs, and stays");
  }
}

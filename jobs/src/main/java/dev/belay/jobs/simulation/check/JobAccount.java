package dev.belay.jobs.simulation.check;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The life of one job, as the journal tells it. */
final class JobAccount {
  final String id;
  final String key;
  final JobSpec spec;
  final TaskAccount planning;
  final TaskAccount publishing;
  final List<TaskAccount> partitions = new ArrayList<>();
  final Set<String> released = new HashSet<>();
  boolean planned;
  boolean splittable;
  boolean releasedAll;
  int releasedTimes;
  boolean paused;
  boolean stopping;
  boolean wasCancelled;
  @Nullable Manifest manifest;
  @Nullable String plan;
  String error = "";
  long endedMillis;
  JobState end = JobState.JOB_STATE_UNSPECIFIED;

  JobAccount(String id, String key, JobSpec spec) {
    this.id = id;
    this.key = key;
    this.spec = spec;
    planning = new TaskAccount(task(TaskKind.PLAN, 0), keeps());
    publishing = new TaskAccount(task(TaskKind.PUBLISH, 0), keeps());
  }

  private int keeps() {
    return spec.getKeepCheckpoints() == 0 ? 3 : spec.getKeepCheckpoints();
  }

  /** When everything of it may be released, at the earliest; it has ended. */
  long keptUntil() {
    long byDefault = end == JobState.JOB_SUCCEEDED ? 0 : 7L * 24 * 3600 * 1000;
    return endedMillis + (spec.hasKeepForMillis() ? spec.getKeepForMillis() : byDefault);
  }

  private TaskId task(TaskKind kind, int index) {
    return TaskId.newBuilder().setJob(id).setKind(kind).setIndex(index).build();
  }

  void planned(int splits) {
    Violation.unless(!planned, id, "planned twice");
    planned = true;
    for (int i = 0; i < splits; i++) {
      partitions.add(new TaskAccount(task(TaskKind.PARTITION, i), keeps()));
    }
  }

  /** A partition that came of a cut. */
  void add(SplitBounds bounds, TaskAccount head) {
    TaskAccount tail = new TaskAccount(task(TaskKind.PARTITION, partitions.size()), keeps());
    tail.covers(bounds);
    tail.cameOf(head);
    partitions.add(tail);
  }

  @Nullable TaskAccount task(TaskId task) {
    return switch (task.getKind()) {
      case PLAN -> planning;
      case PUBLISH -> publishing;
      case PARTITION ->
          task.getIndex() < partitions.size() ? partitions.get(task.getIndex()) : null;
      default -> null;
    };
  }

  List<TaskAccount> tasks() {
    List<TaskAccount> all = new ArrayList<>(partitions);
    all.add(planning);
    all.add(publishing);
    return all;
  }

  boolean hasEnded() {
    return end != JobState.JOB_STATE_UNSPECIFIED;
  }

  void ends(JobState how, long millis) {
    endedMillis = millis;
    Violation.unless(!hasEnded(), id, "ended twice, as " + end + " and as " + how);
    end = how;
    paused = false;
    stopping = false;
    wasCancelled |= how == JobState.JOB_CANCELLED;
    tasks().forEach(TaskAccount::ends);
  }

  void stopping() {
    mustGoOn("stops");
    stopping = true;
    paused = false;
  }

  void stopped(long millis) {
    Violation.unless(stopping, id, "has stopped, and nobody asked for it");
    Violation.unless(
        tasks().stream().noneMatch(TaskAccount::isLeased),
        id,
        "has stopped, and is still worked on");
    ends(JobState.JOB_STOPPED, millis);
  }

  /**
   * A job that had ended goes on; what is quarantined waits again, and a publication that had begun
   * without it is over.
   */
  void retried() {
    Violation.unless(!releasedAll, id, "goes on, though its objects were released");
    Violation.unless(end != JobState.JOB_SUCCEEDED, id, "goes on, though it had succeeded");
    end = JobState.JOB_STATE_UNSPECIFIED;
    error = "";
    tasks().forEach(TaskAccount::waitsAgain);
    if (!allCompleted()) {
      publishing.givesWay();
    }
  }

  void mustGoOn(String what) {
    Violation.unless(!hasEnded(), id, what + " after its end");
    Violation.unless(manifest == null, id, what + " while it publishes");
  }

  /** But for those that it is to go on without. */
  boolean allCompleted() {
    boolean goesOn = spec.getOnPoison() == OnPoison.ON_POISON_CONTINUE;
    return planned
        && partitions.stream()
            .allMatch(task -> task.isCompleted() || (goesOn && task.isQuarantined()));
  }

  /** What its output goes without. */
  List<Checker.Covered> leftOut() {
    return partitions.stream()
        .filter(TaskAccount::isQuarantined)
        .map(task -> new Checker.Covered(task.id.getIndex(), task.bounds()))
        .toList();
  }

  Set<String> needed() {
    Set<String> keys = new HashSet<>();
    boolean outlives = spec.hasKeepForMillis();
    if ((end != JobState.JOB_SUCCEEDED || outlives) && !releasedAll) {
      tasks().forEach(task -> task.addNeeded(keys, outlives));
      if (plan != null) {
        keys.add(plan);
      }
    }
    return keys;
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What must hold whenever everything that has room was placed, looked up the long way: labels, code
 * and limits are kept to; who must run alone does; nobody waits where there is room; and of two
 * jobs that ask the same of workers, the one that got something was the one whose turn it was.
 */
final class PlacementRules {
  private final Core core;
  private final Map<TaskId, TaskRecord> placed = new HashMap<>();

  private PlacementRules(Core core) {
    this.core = core;
  }

  /**
   * To be called when a Place command was decided and applied.
   *
   * @param events what it decided
   */
  static void check(Core core, List<Event> events) {
    if (events.stream().anyMatch(event -> !event.hasTaskAssigned() && !event.hasTaskReleased())) {
      // Jobs were concluded first: what waits is placed by the next one.
      return;
    }
    PlacementRules rules = new PlacementRules(core);
    if (rules.hasLostBoth(events)) {
      // Of two lines of a task: it waits since this decision, and is placed by the next one.
      return;
    }
    rules.gather(events);
    rules.checkPlaced();
    rules.checkJobs(events.size() < 8_000);
    rules.checkAlone();
  }

  private boolean hasLostBoth(List<Event> events) {
    return events.stream()
        .filter(Event::hasTaskReleased)
        .map(event -> core.state().task(event.getTaskReleased().getLease().getTask()))
        .anyMatch(task -> task != null && task.waits());
  }

  private void gather(List<Event> events) {
    Set<TaskId> moved = new HashSet<>();
    for (Event event : events) {
      if (event.hasTaskReleased()) {
        moved.add(event.getTaskReleased().getLease().getTask());
      } else if (event.hasTaskAssigned()) {
        TaskId id = event.getTaskAssigned().getLease().getTask();
        TaskRecord task = Objects.requireNonNull(core.state().task(id));
        WorkerRecord worker =
            Objects.requireNonNull(core.liveness().named(event.getTaskAssigned().getWorker()));
        assertThat(task.job.demand.metBy(worker)).as("%s may get %s", worker.name, id).isTrue();
        assertThat(worker.takesWork()).as("%s gets nothing new: %s", worker.name, id).isTrue();
        if (!moved.contains(id)) {
          placed.put(id, task);
        }
      }
    }
  }

  private void checkPlaced() {
    for (TaskRecord task : placed.values()) {
      int held = held(task).size();
      WorkerRecord worker = Objects.requireNonNull(core.liveness().named(holder(task)));
      assertThat(held)
          .as("held by %s", worker.name)
          .isLessThanOrEqualTo(worker.slots + worker.queue);
      if (task.isPartition() && !task.runsAlone() && held <= worker.slots) {
        for (JobRecord other : core.state().active) {
          if (other != task.job && other.demand.equals(task.job.demand) && waits(other)) {
            checkTurn(task.job, other);
          }
        }
      }
    }
  }

  private static void checkTurn(JobRecord got, JobRecord waits) {
    int higher = Integer.compare(waits.spec.getPriority(), got.spec.getPriority());
    assertThat(higher).as("%s waits and %s got something", waits.id, got.id).isLessThanOrEqualTo(0);
    if (higher == 0) {
      assertThat(got.running)
          .as("%s got more than its share, while %s waits", got.id, waits.id)
          .isLessThanOrEqualTo(waits.running + 1);
    }
  }

  private void checkJobs(boolean everything) {
    for (JobRecord job : core.state().active) {
      assertThat(job.running <= limit(job)).as("%s within its limit", job.id).isTrue();
      if (everything && waits(job)) {
        for (WorkerRecord worker : core.liveness().workers()) {
          assertThat(hasRoom(worker, job))
              .as("%s waits, %s has room", job.id, worker.name)
              .isFalse();
        }
      }
    }
  }

  /** Whether anything of it waits for nothing but room. */
  private boolean waits(JobRecord job) {
    if (After.unmet(core.state(), job) != null) {
      return false;
    }
    TaskRecord phase = job.phase();
    if (phase != null) {
      return phase.waits() && ready(phase);
    }
    int first = job.runsPartitions() ? job.ready.first() : -1;
    return first >= 0 && job.running < limit(job) && ready(job.partitions[first]);
  }

  private static long limit(JobRecord job) {
    long limit = Integer.toUnsignedLong(job.spec.getMaxRunning());
    return limit == 0 ? Long.MAX_VALUE : limit;
  }

  private static boolean ready(TaskRecord task) {
    return task.notBeforeMillis == 0 && task.failedOn == null && !task.runsAlone();
  }

  private boolean hasRoom(WorkerRecord worker, JobRecord job) {
    Set<Hold> holds = core.state().holdings.of(worker.incarnation).holds;
    Seat seat = core.capacity().named(worker.name);
    return worker.takesWork()
        && job.demand.metBy(worker)
        && holds.size() < worker.usableSlots()
        && holds.stream().noneMatch(hold -> hold.task.runsAlone())
        && (seat == null || seat.reservedFor == null);
  }

  private void checkAlone() {
    for (String incarnation : core.state().holdings.incarnations()) {
      Set<Hold> holds = core.state().holdings.of(incarnation).holds;
      assertThat(holds.size() > 1 && holds.stream().anyMatch(hold -> hold.task.runsAlone()))
          .as("%s runs something alone, and other things: %s", incarnation, holds.size())
          .isFalse();
    }
  }

  private static String holder(TaskRecord task) {
    return Objects.requireNonNull(task.hold).worker;
  }

  private Set<Hold> held(TaskRecord task) {
    return core.state().holdings.of(Objects.requireNonNull(task.hold).incarnation).holds;
  }
}

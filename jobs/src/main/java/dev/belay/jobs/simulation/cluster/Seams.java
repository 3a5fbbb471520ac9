package dev.belay.jobs.simulation.cluster;

import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.loop.Outbox;
import dev.belay.jobs.simulation.job.TaskRun;
import dev.belay.jobs.simulation.job.Workplace;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Report;
import dev.belay.worker.core.Effect;
import java.util.List;

/**
 * Where somebody may stand between two parts of the cluster. Nobody does, here; a test does, to
 * plant a fault and see whether it is found. The parts themselves know nothing of it.
 */
public class Seams {
  /** Between the loop and a coordinator's core, made anew at each start. */
  public StateMachine core(StateMachine core) {
    return core;
  }

  /** Between the loop and the journal; called at each start. */
  public Journal journal(Journal journal) {
    return journal;
  }

  /** Between the loop and whoever hears its effects; called at each start. */
  public Outbox outbox(Outbox outbox) {
    return outbox;
  }

  /** The incarnation of a process that starts. */
  public String incarnation(String name, int start) {
    return name + "#" + start;
  }

  /** What a worker's core wants done. */
  public List<Effect> effects(String incarnation, List<Effect> effects) {
    return effects;
  }

  /** What a task reports, on its way to the worker's core. */
  public Report report(String incarnation, Report report) {
    return report;
  }

  /** The work of an assignment. */
  public TaskRun run(Workplace at, Assignment assignment) {
    return TaskRun.of(at, assignment);
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.WorkerState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What keeps a job from going on, in one line for people. */
final class Trouble {
  private final ClusterState state;
  private final Liveness liveness;
  private final LiveProgress progress;
  private final Alone alone;

  Trouble(ClusterState state, Liveness liveness, LiveProgress progress, Alone alone) {
    this.state = state;
    this.liveness = liveness;
    this.progress = progress;
    this.alone = alone;
  }

  /** Empty: nothing. */
  String of(JobRecord job) {
    if (job.ended() || job.running > 0) {
      return "";
    }
    TaskRecord phase = job.phase();
    if (phase != null && phase.leased()) {
      return progress.trouble(phase);
    }
    String after = After.trouble(state, job);
    if (!after.isEmpty() || (phase == null && job.state != JobState.JOB_RUNNING)) {
      return after;
    }
    String nobody = nobody(job.demand);
    return nobody.isEmpty() ? alone.trouble(job) : nobody;
  }

  private String nobody(Demand demand) {
    List<WorkerRecord> live = liveness.workers().stream().filter(WorkerRecord::takesWork).toList();
    if (live.stream().anyMatch(demand::metBy)) {
      return "";
    }
    String benched =
        liveness.workers().stream()
            .filter(worker -> worker.state() == WorkerState.BENCHED && demand.metBy(worker))
            .map(worker -> worker.name)
            .limit(5)
            .collect(Collectors.joining(", "));
    if (!benched.isEmpty()) {
      return "no live worker can take it but "
          + benched
          + ", benched for failing: see 'belay workers'";
    }
    if (live.isEmpty()) {
      return "no live worker: start one with 'belay worker'";
    }
    boolean code = live.stream().anyMatch(worker -> worker.offers(demand.code()));
    if (!code) {
      return "no live worker has the code of job \"" + demand.code() + "\"";
    }
    return labels(demand, live);
  }

  private static String labels(Demand demand, List<WorkerRecord> live) {
    String missing =
        demand.labels().entrySet().stream()
            .filter(label -> live.stream().noneMatch(worker -> has(worker, label)))
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(", "));
    String text = missing.isEmpty() ? demand.labelsText() : missing;
    String options =
        demand.labels().entrySet().stream()
            .map(label -> " --label " + label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining());
    return "no live worker has "
        + (text.contains(", ") ? "labels " : "label ")
        + text
        + (missing.isEmpty() ? " and the code of job \"" + demand.code() + "\"" : "")
        + "; start one with 'belay worker"
        + options
        + "'";
  }

  private static boolean has(WorkerRecord worker, Map.Entry<String, String> label) {
    return label.getValue().equals(worker.labels.get(label.getKey()));
  }
}

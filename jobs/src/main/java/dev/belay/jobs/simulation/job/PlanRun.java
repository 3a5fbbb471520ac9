package dev.belay.jobs.simulation.job;

import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Report;

/** Cuts the job into its partitions: stores the plan, and says where it is. */
final class PlanRun extends TaskRun {
  private static final long PLANNING_MICROS = 20_000;
  private int tries;

  PlanRun(Workplace at, Assignment assignment) {
    super(at, assignment);
  }

  @Override
  public void begin() {
    after(PLANNING_MICROS, this::store);
  }

  private void store() {
    if (draining()) {
      release();
      return;
    }
    String key = assignment.getKeyPrefix() + "/plan/" + epoch() + "-" + ++tries + ".plan";
    at.store()
        .put(
            at.process(),
            key,
            job.salt(),
            job.partitions(),
            result ->
                goOn(
                    () -> {
                      if (result == Result.OK) {
                        planned(key);
                      } else {
                        laterWithStore(this::store);
                      }
                    }));
  }

  private void planned(String key) {
    Planned.Builder planned =
        Planned.newBuilder()
            .setPlan(ObjectRef.newBuilder().setKey(key))
            .setSplits(job.partitions().size())
            .setSplittable(job.splittable());
    job.partitions().forEach(range -> planned.addWeights((int) Math.max(1, range.size())));
    lastWord(Report.newBuilder().setPlanned(planned));
  }
}

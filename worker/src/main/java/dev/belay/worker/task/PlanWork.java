package dev.belay.worker.task;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Started;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.plan.PlanSpool;

/**
 * Planning: the job looks at its input once more, where the workers see it, and cuts it into
 * splits, which become an object in the store.
 */
final class PlanWork implements Work {
  private final Assignment assignment;
  private final Job job;
  private final Parameters parameters;
  private final Scratch scratch;
  private final ObjectStore store;
  private final Control control;
  private final Patience patience;
  private final StoreCalls calls;

  PlanWork(
      Assignment assignment,
      Job job,
      Parameters parameters,
      Scratch scratch,
      ObjectStore store,
      Control control,
      Patience patience,
      StoreCalls calls) {
    this.assignment = assignment;
    this.job = job;
    this.parameters = parameters;
    this.scratch = scratch;
    this.store = store;
    this.control = control;
    this.patience = patience;
    this.calls = calls;
  }

  @Override
  public void run() throws Exception {
    control.checkOrRelease();
    control.tell(Report.newBuilder().setStarted(Started.getDefaultInstance()));
    job.check(parameters);
    try (PlanSpool spool = new PlanSpool(scratch.path())) {
      Splits splits =
          new Splits(
              parameters,
              assignment.getSpec().getPartitions(),
              job.stateTypes(),
              spool,
              control::checkOrRelease);
      job.plan(splits);
      // What the job's code left of an interrupt would end our own writing.
      Thread.interrupted();
      control.checkOrRelease();
      ObjectRef plan = store(spool);
      control.reportAndWait(
          Report.newBuilder()
              .setPlanned(
                  Planned.newBuilder()
                      .setPlan(plan)
                      .setSplits(spool.splits())
                      .addAllWeights(splits.weights())
                      .setSplittable(job instanceof SplittableJob)));
    }
  }

  private ObjectRef store(PlanSpool spool) throws StoreException {
    for (int tryNumber = 1; ; tryNumber++) {
      try {
        String key = key(tryNumber);
        ObjectRef plan = calls.await(() -> spool.storeAs(store, key));
        patience.over();
        return plan;
      } catch (StoreException e) {
        if (!StoreFailures.mayPass(e)) {
          throw e;
        }
        patience.waitForStore("the plan cannot be stored: " + e.getMessage());
      }
    }
  }

  private String key(int tryNumber) {
    Epoch epoch = assignment.getLease().getEpoch();
    return "%s/plan/%d-%d-%d.plan"
        .formatted(assignment.getKeyPrefix(), epoch.getGeneration(), epoch.getCounter(), tryNumber);
  }
}

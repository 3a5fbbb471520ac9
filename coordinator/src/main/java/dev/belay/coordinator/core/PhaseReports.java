package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobSucceeded;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.PublishPrepared;
import dev.belay.runtime.proto.TaskKind;

/**
 * What the holders of the planning and the publishing lease report: how a job goes through its
 * phases.
 */
final class PhaseReports {
  private static final int MAX_SPLITS = 1_000_000;

  private final Garbage garbage;
  private final Endings endings;

  PhaseReports(Garbage garbage, Endings endings) {
    this.garbage = garbage;
    this.endings = endings;
  }

  Decision planned(ReportCase it, Planned planned) {
    TaskRecord task = it.task();
    int splits = planned.getSplits();
    if (task.kind != TaskKind.PLAN) {
      return endings.misbehaved(it, "a plan by " + task.text());
    }
    if (splits < 0 || splits > MAX_SPLITS) {
      return endings.fail(
          it,
          "the plan has "
              + Integer.toUnsignedString(splits)
              + " partitions; at most "
              + MAX_SPLITS
              + " are possible: cut the input into fewer");
    }
    if (planned.getWeightsCount() != 0 && planned.getWeightsCount() != splits) {
      return endings.fail(
          it,
          "the plan has " + splits + " partitions and " + planned.getWeightsCount() + " weights");
    }
    it.draft()
        .add(
            it.draft()
                .event()
                .setJobPlanned(
                    JobPlanned.newBuilder()
                        .setJob(task.job.id)
                        .setEpoch(it.hold().epoch())
                        .setPlan(planned.getPlan())
                        .setSplits(splits)
                        .addAllWeights(planned.getWeightsList())
                        .setSplittable(planned.getSplittable())));
    return it.ok();
  }

  Decision prepared(ReportCase it, Prepared prepared) {
    JobRecord job = it.task().job;
    if (it.task().kind != TaskKind.PUBLISH) {
      return endings.misbehaved(it, "a publication by " + it.task().text());
    }
    if (job.manifest == null && !job.givesOut()) {
      // Paused or stopping: from here on there would be no way back.
      endings.giveBack(it);
      return it.draft()
          .then(
              ReportCase.refusing(
                  it.stream(), it.report(), "the job is not to be published now", true))
          .done();
    }
    if (job.manifest == null) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setPublishPrepared(
                      PublishPrepared.newBuilder()
                          .setJob(job.id)
                          .setEpoch(it.hold().epoch())
                          .setManifest(prepared.getManifest())));
    } else if (!job.manifest.equals(prepared.getManifest())) {
      return endings.misbehaved(it, "a second publication, while the first is under way");
    }
    return it.ok();
  }

  Decision published(ReportCase it) {
    JobRecord job = it.task().job;
    if (it.task().kind != TaskKind.PUBLISH || job.manifest == null) {
      return endings.misbehaved(it, "the end of a publication that was never prepared");
    }
    it.draft().add(it.draft().event().setJobSucceeded(JobSucceeded.newBuilder().setJob(job.id)));
    if (!job.keepsSuccess()) {
      garbage.releaseAll(it.draft(), job);
    }
    return it.ok();
  }
}

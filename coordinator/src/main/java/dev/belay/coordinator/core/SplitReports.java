package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskKind;

/**
 * A worker has cut a partition in two. That takes effect as one event, which also ends the lease:
 * what a partition covers is settled by its epoch, so a completion of the whole, under the old one,
 * comes too late, and no state can be completed against bounds that are not its own.
 */
final class SplitReports {
  static final int MAX_BOUNDS_BYTES = 64 << 10;

  /** Of a job, those that came of splits included. */
  static final int MAX_PARTITIONS = 1_000_000;

  private static final double WEIGHT_STEPS = 1024;

  private final CheckpointRules rules;
  private final Endings endings;
  private final Garbage garbage;
  private final SplitRequests requests;

  SplitReports(CheckpointRules rules, Endings endings, Garbage garbage, SplitRequests requests) {
    this.rules = rules;
    this.endings = endings;
    this.garbage = garbage;
    this.requests = requests;
  }

  Decision split(ReportCase it, Split split) {
    TaskRecord task = it.task();
    JobRecord job = task.job;
    if (task.kind != TaskKind.PARTITION || it.hold().speculative() || !sound(split)) {
      return endings.misbehaved(it, "a split of " + task.text() + " that is none");
    }
    if (job.partitions.length >= MAX_PARTITIONS) {
      return endings.misbehaved(it, "a split of a job of " + MAX_PARTITIONS + " partitions");
    }
    PartitionSplit.Builder event =
        PartitionSplit.newBuilder()
            .setLease(it.hold().lease())
            .setHead(split.getHead())
            .setTail(split.getTail())
            .setTailIndex(job.partitions.length);
    if (split.hasCheckpoint()) {
      Checkpoint checkpoint = split.getCheckpoint();
      if (!rules.isNext(it.hold(), checkpoint)) {
        return endings.misbehaved(it, "a split with a checkpoint under a wrong name");
      }
      if (!rules.fresh(it.hold(), checkpoint)) {
        return it.answer(
            Verdict.WRITE_FULL, "the checkpoint references an object that was released");
      }
      event.setCheckpoint(checkpoint.toBuilder().setEpoch(it.hold().epoch()));
    }
    double head = part(task.weight, split.getHeadShare());
    event.setHeadWeight(head).setTailWeight(task.weight - head);
    it.draft().add(it.draft().event().setPartitionSplit(event));
    requests.done(it.hold(), job.partitions.length, it.now().nanos());
    if (split.hasCheckpoint()) {
      garbage.release(it.draft(), job, rules.displacedBy(it.hold(), split.getCheckpoint()));
    }
    return it.ok();
  }

  /**
   * Whether it took effect, and the answer was lost. The head may well have a new lease by now. One
   * that was cut again since is not remembered: to its holder of then REFUSED means what OK would,
   * that this lease is over.
   */
  boolean committedBefore(TaskRecord task, WorkerRecord worker, Report report) {
    Epoch epoch = report.getLease().getEpoch();
    boolean cut =
        epoch.getGeneration() == task.job.epochGeneration && epoch.getCounter() == task.cutUnder;
    if (cut && task.isEpoch(epoch)) {
      return Reports.isLastHolder(task, worker);
    }
    return cut
        || CheckpointRules.keptUnder(task.checkpoints, report.getSplit().getCheckpoint(), epoch);
  }

  /** In steps that sums of doubles stay exact with, where it can. */
  private static double part(double weight, double share) {
    double bounded = share > 0 ? Math.min(1, share) : 0;
    double rounded = Math.rint(weight * bounded * WEIGHT_STEPS) / WEIGHT_STEPS;
    return rounded > 0 && rounded < weight ? rounded : weight * bounded;
  }

  private static boolean sound(Split split) {
    return sound(split.getHead()) && sound(split.getTail());
  }

  private static boolean sound(SplitBounds bounds) {
    return !bounds.getValue().isEmpty() && bounds.getSerializedSize() <= MAX_BOUNDS_BYTES;
  }

  Decision declined(ReportCase it) {
    requests.declined(it.hold(), it.now().nanos());
    return it.ok();
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;

/**
 * Jobs as people see them, in pages of partitions. An answer costs what is in it: figures of the
 * whole job are kept as it goes on; whoever asks for partitions in some states is looked for among
 * those that began and have not succeeded, where these states are such, or else among so many of
 * all, and told where to go on.
 */
final class Descriptions {
  private static final int LIMIT = 1_000;
  private static final int MAX_LIMIT = 10_000;

  /** How many partitions are looked at for one page. */
  private static final int MAX_LOOKS = 10_000;

  /** So that a page stays well under what a message may be. */
  private static final int MAX_BYTES = 1 << 20;

  /** Whoever is in one of these is in {@link JobRecord#begun}. */
  private static final Set<PartitionState> BEGUN =
      EnumSet.of(
          PartitionState.PARTITION_RUNNING,
          PartitionState.PARTITION_RECOVERING,
          PartitionState.PARTITION_DRAINING,
          PartitionState.PARTITION_FAILED,
          PartitionState.PARTITION_QUARANTINED);

  private final Liveness liveness;
  private final LiveProgress live;
  private final JobProgress progress;
  private final Yields yields;
  private final JobNames names;
  private final Trouble trouble;
  private final StoreTrouble storeTrouble;

  Descriptions(
      Liveness liveness,
      LiveProgress live,
      JobProgress progress,
      Yields yields,
      JobNames names,
      Trouble trouble,
      StoreTrouble storeTrouble) {
    this.liveness = liveness;
    this.live = live;
    this.progress = progress;
    this.yields = yields;
    this.names = names;
    this.trouble = trouble;
    this.storeTrouble = storeTrouble;
  }

  Effect describe(Command command, DescribeJobRequest request) {
    JobNames.Found found = names.newest(request.getJob());
    JobRecord job = found.job();
    if (job == null) {
      return found.refusal(command.getRequest());
    }
    JobDescription.Builder description =
        JobDescription.newBuilder()
            .setSummary(summary(job))
            .setSpec(job.spoken())
            .setTrouble(trouble.of(job))
            .setStoreTrouble(storeTrouble.of(job))
            .setNote(found.message())
            .setRemovedMillis(job.objectsGoneMillis)
            .setKeptUntilMillis(job.turn == null ? 0 : job.turn.atMillis());
    if (job.result != null) {
      description.setResult(job.result);
    }
    if (!request.getSummaryOnly()) {
      partitions(job, request, description);
      description.addAllRecoveries(recoveries(job, request));
    }
    return new Effect.Reply(command.getRequest(), description.build());
  }

  JobSummary summary(JobRecord job) {
    return JobSummary.newBuilder()
        .setJobId(job.id)
        .setName(job.name())
        .setJob(job.spec.getJob())
        .setState(job.state)
        .setSubmittedMillis(job.submittedMillis)
        .setEndedMillis(job.endedMillis)
        .setPartitions(job.partitions.length)
        .setRunning(job.running)
        .setSucceeded(job.succeeded)
        .setProgress(progress.of(job))
        .setError(job.error)
        .setPriority(job.spec.getPriority())
        .setFailed(job.failed)
        .setQuarantined(job.quarantined)
        .setBisecting(job.ended() ? 0 : job.bisecting)
        .build();
  }

  private void partitions(JobRecord job, DescribeJobRequest request, JobDescription.Builder page) {
    int limit = request.getLimit() <= 0 ? LIMIT : Math.min(MAX_LIMIT, request.getLimit());
    Set<PartitionState> wanted = wanted(request);
    Iterator<TaskRecord> candidates = candidates(job, request, wanted);
    int bytes = 0;
    int looks = 0;
    while (candidates.hasNext()) {
      TaskRecord task = candidates.next();
      if (page.getPartitionsCount() == limit || looks++ == MAX_LOOKS || bytes >= MAX_BYTES) {
        page.setNextPartition(task.index);
        return;
      }
      if (wanted.contains(shown(task)) && (!request.getTroubled() || troubled(task))) {
        PartitionDescription partition = partition(task);
        bytes += partition.getSerializedSize();
        page.addPartitions(partition);
      }
    }
  }

  private static Set<PartitionState> wanted(DescribeJobRequest request) {
    if (request.getStatesCount() == 0) {
      return EnumSet.allOf(PartitionState.class);
    }
    return EnumSet.copyOf(request.getStatesList());
  }

  /** From where the page begins on, in order: all that may be wanted. */
  private static Iterator<TaskRecord> candidates(
      JobRecord job, DescribeJobRequest request, Set<PartitionState> wanted) {
    TaskRecord[] all = job.partitions;
    int from = request.getFromPartition();
    if (Integer.compareUnsigned(from, all.length) >= 0) {
      return List.<TaskRecord>of().iterator();
    }
    if (request.getTroubled() || BEGUN.containsAll(wanted)) {
      Iterator<Integer> begun = job.begun.tailSet(from).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return begun.hasNext();
        }

        @Override
        public TaskRecord next() {
          return all[begun.next()];
        }
      };
    }
    return Arrays.asList(all).subList(from, all.length).iterator();
  }

  private boolean troubled(TaskRecord task) {
    return !error(task).isEmpty() || !task.quarantined.isEmpty();
  }

  /** The newest, oldest first. */
  private static List<Recovery> recoveries(JobRecord job, DescribeJobRequest request) {
    int all = request.getFromPartition() == 0 ? Integer.MAX_VALUE : 0;
    int most = request.hasRecoveries() ? request.getRecoveries() : all;
    LinkedList<Recovery> newest = new LinkedList<>();
    Iterator<RecoveryRecord> newestFirst = job.recoveries.descendingIterator();
    while (newestFirst.hasNext() && Integer.compareUnsigned(newest.size(), most) < 0) {
      newest.addFirst(newestFirst.next().toProto());
    }
    return newest;
  }

  private PartitionDescription partition(TaskRecord task) {
    PartitionDescription.Builder description =
        PartitionDescription.newBuilder()
            .setIndex(task.index)
            .setState(shown(task))
            .setWorker(task.hold == null ? "" : task.hold.worker)
            .setEpoch(task.epoch())
            .setAttempts(
                task.attempts
                    - CauseCounts.of(
                        task.endings,
                        Cause.SPLIT,
                        Cause.NO_SLOT,
                        Cause.OLD_THREAD,
                        Cause.STORE_UNREACHABLE))
            .setProgress(live.of(task))
            .setError(error(task))
            .addAllQuarantined(
                task.quarantined.stream()
                    .map(bad -> bad.toBuilder().clearCheckpoint().build())
                    .toList())
            .addAllEndings(CauseCounts.toProto(task.endings));
    if (task.poison != null) {
      description.setDetail(task.poison.detail()).addAllLog(task.poison.log());
    }
    Narrowing narrowing = task.narrowing();
    if (narrowing != null && !task.ended()) {
      description.setBisected(narrowing.depth());
    }
    if (task.second != null) {
      description.setSecondWorker(task.second.worker);
    }
    if (task.splitFrom >= 0) {
      description.setSplitFrom(task.splitFrom);
    }
    if (!task.checkpoints.isEmpty()) {
      description.setCheckpoint(task.checkpoints.get(0));
    }
    return description.build();
  }

  /** What keeps it from going on, or what last befell it; of a half, what befell the whole. */
  private String error(TaskRecord task) {
    String trouble = live.trouble(task);
    if (!trouble.isEmpty()) {
      return trouble;
    }
    Narrowing narrowing = task.narrowing();
    return narrowing == null || task.ended()
        ? task.error
        : Bisection.text(narrowing) + ": " + narrowing.error();
  }

  private PartitionState shown(TaskRecord task) {
    if (task.hold == null) {
      boolean paused = task.job.state == JobState.JOB_PAUSED && task.waits();
      return paused ? PartitionState.PARTITION_PAUSED : task.state;
    }
    WorkerRecord worker = liveness.connectedAs(task.hold.incarnation);
    boolean leaving = (worker != null && worker.draining) || yields.of(task.hold) != null;
    return leaving && task.state == PartitionState.PARTITION_RUNNING
        ? PartitionState.PARTITION_DRAINING
        : task.state;
  }
}

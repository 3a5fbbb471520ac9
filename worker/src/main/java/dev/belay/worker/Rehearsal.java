package dev.belay.worker;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.cache.LocalCache;
import dev.belay.storage.file.FileStore;
import dev.belay.worker.task.Reporter;
import dev.belay.worker.task.SystemTicker;
import dev.belay.worker.task.TaskLog;
import dev.belay.worker.task.TaskSettings;
import dev.belay.worker.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Plans, checkpoints and restores a tiny job of its own, in a store of its own below the scratch
 * directory, when a worker starts. A process that has never restored anything needs half a second
 * longer for its first time, to load classes and a native library; better now than when somebody
 * else's partitions wait.
 */
final class Rehearsal implements Runnable {
  private static final String CLUSTER = "rehearsal";
  private static final String JOB = "rehearsal-1";

  private final Path directory;
  private final Executor background;

  Rehearsal(Path scratch, Executor background) {
    this.directory = scratch.resolve(CLUSTER);
    this.background = background;
  }

  @Override
  public void run() {
    Prompter prompter = new Prompter();
    Job play = new Play();
    try (FileStore store = new FileStore(directory.resolve("store"));
        SystemTicker ticker = new SystemTicker();
        Tasks tasks =
            new Tasks(
                Map.of(play.name(), play),
                store,
                LocalCache.none(),
                prompter,
                TaskSettings.DEFAULTS,
                CLUSTER,
                directory.resolve("scratch"),
                background,
                ticker,
                TaskLog.NONE)) {
      tasks.start(assignment(TaskKind.PLAN, 1).build()).ended().join();
      for (int epoch = 1; epoch <= 3; epoch++) {
        Assignment.Builder part = assignment(TaskKind.PARTITION, epoch).setSplits(1);
        part.setPlan(prompter.plan).setNextSequence(epoch);
        part.addAllCheckpoints(prompter.checkpoints);
        tasks.start(part.build()).ended().join();
      }
    }
  }

  private static Assignment.Builder assignment(TaskKind kind, int epoch) {
    return Assignment.newBuilder()
        .setKeyPrefix(CLUSTER + "/" + JOB)
        .setSpec(JobSpec.newBuilder().setJob(CLUSTER).setCheckpointIntervalMillis(100))
        .setNextSequence(1)
        .setLease(
            Lease.newBuilder()
                .setTask(TaskId.newBuilder().setJob(JOB).setKind(kind))
                .setEpoch(Epochs.of(1, epoch)));
  }

  /** Says yes to everything, and remembers what the next act needs. */
  private static final class Prompter implements Reporter {
    volatile ObjectRef plan = ObjectRef.getDefaultInstance();
    volatile List<Checkpoint> checkpoints = List.of();

    @Override
    public CompletableFuture<Answer> report(Report report) {
      if (report.hasPlanned()) {
        plan = report.getPlanned().getPlan();
      }
      if (report.hasCheckpoint()) {
        checkpoints = List.of(report.getCheckpoint());
      }
      return CompletableFuture.completedFuture(
          Answer.newBuilder().setLease(report.getLease()).setVerdict(Answer.Verdict.OK).build());
    }

    @Override
    public CompletableFuture<ListCompletionsReply> completions(
        Lease lease, int fromIndex, int limit) {
      return CompletableFuture.completedFuture(ListCompletionsReply.getDefaultInstance());
    }
  }

  /** The job. */
  private static final class Play implements Job {
    /** Its state. */
    static final class Steps {
      long done;
      long[] some = new long[1024];
    }

    @Override
    public String name() {
      return CLUSTER;
    }

    @Override
    public String description() {
      return "what a worker does once before it is needed";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public void plan(Planning planning) {
      planning.add(1L, 1);
    }

    @Override
    public void run(Task task) {
      Steps steps = task.state(Steps.class, Steps::new);
      steps.done += task.split(Long.class);
      steps.some[0] = steps.done;
      task.checkpointNow(steps);
      task.result("done", steps.done);
    }
  }
}

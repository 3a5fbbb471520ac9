package dev.belay.bench.coordinator;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.core.Effect;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.Found;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Published;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Started;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.Value;
import dev.belay.runtime.wire.Protocol;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Workers as a coordinator's core sees them: they hear effects and answer with commands, at once.
 * What they are given they finish, or hold on to, reporting checkpoints. For one thread, but that
 * one other may send the heartbeats and the checkpoints of what is held.
 */
public final class Fleet {
  private static final String JOB = "bench";
  private static final ByteString DIGEST = ByteString.copyFrom(new byte[32]);
  private static final int STATE_BYTES = 1_000;

  private final int workers;
  private final int slots;
  private final boolean finish;
  private final Consumer<Command> coordinator;
  private final Map<Long, List<Holding>> held = new ConcurrentSkipListMap<>();
  private int partitions;
  private final AtomicLong reports = new AtomicLong();
  private long heartbeats;
  private int completed;
  private int jobsDone;
  private int publishing;

  /** A partition being worked on. */
  private static final class Holding {
    final long stream;
    final Lease lease;
    final String prefix;
    long sequence;

    Holding(long stream, Assignment assignment) {
      this.stream = stream;
      this.lease = assignment.getLease();
      this.prefix = assignment.getKeyPrefix();
      this.sequence = assignment.getNextSequence();
    }
  }

  /**
   * @param slots of each worker
   * @param finish whether partitions are finished as soon as they are assigned
   * @param coordinator takes commands
   */
  public Fleet(int workers, int slots, boolean finish, Consumer<Command> coordinator) {
    this.workers = workers;
    this.slots = slots;
    this.finish = finish;
    this.coordinator = coordinator;
  }

  /** Founds a cluster and joins it. */
  public void join() {
    send(Command.newBuilder().setFound(Found.newBuilder().setCluster("0123456789abcdef")));
    for (long stream = 1; stream <= workers; stream++) {
      held.put(stream, new CopyOnWriteArrayList<>());
      fromWorker(
          stream,
          FromWorker.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setProtocol(Protocol.VERSION)
                      .setName("w" + stream)
                      .setIncarnation("i" + stream)
                      .setSlots(slots)
                      .addJobs(JOB)));
    }
  }

  /** Submits a job. Its plan is made as soon as a worker is told to. */
  public void submit(int partitions, String key) {
    this.partitions = partitions;
    send(
        Command.newBuilder()
            .setSubmit(
                SubmitRequest.newBuilder()
                    .setKey(key)
                    .setSpec(JobSpec.newBuilder().setJob(JOB).setPartitions(partitions))));
  }

  /** How many partitions are done. */
  public int completed() {
    return completed;
  }

  /** How many jobs are done. */
  public int jobsDone() {
    return jobsDone;
  }

  /** How many partitions are held. */
  public int holding() {
    return held.values().stream().mapToInt(List::size).sum();
  }

  /** One heartbeat of each worker, with the progress of what it holds. */
  public void heartbeats() {
    heartbeats++;
    held.keySet().forEach(stream -> heartbeat(stream, heartbeats));
  }

  /** A worker's heartbeat, with the progress of what it holds. */
  public void heartbeat(long stream, long number) {
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder().setNumber(number);
    for (Holding holding : held.getOrDefault(stream, List.of())) {
      heartbeat.addProgress(
          TaskProgress.newBuilder()
              .setLease(holding.lease)
              .setProgress(Progress.newBuilder().setDone(number).setTotal(1_000_000)));
    }
    fromWorker(stream, FromWorker.newBuilder().setHeartbeat(heartbeat));
  }

  /** One checkpoint of each partition that is held. */
  public void checkpoints() {
    held.values().forEach(holdings -> holdings.forEach(this::checkpoint));
  }

  /** A checkpoint of one of the partitions that a worker holds; none if it holds nothing. */
  public void checkpoint(long stream, long turn) {
    List<Holding> holdings = held.getOrDefault(stream, List.of());
    if (!holdings.isEmpty()) {
      checkpoint(holdings.get((int) (turn % holdings.size())));
    }
  }

  private void checkpoint(Holding holding) {
    long sequence = holding.sequence++;
    String key =
        holding.prefix + "/p" + holding.lease.getTask().getIndex() + "/1-1-" + sequence + "-1.ckpt";
    report(
        holding.stream,
        holding.lease,
        Report.newBuilder()
            .setCheckpoint(
                Checkpoint.newBuilder()
                    .setSequence(sequence)
                    .setEpoch(holding.lease.getEpoch())
                    .setObject(object(key))
                    .setBytes(STATE_BYTES)
                    .setStoredBytes(STATE_BYTES)
                    .setProgress(Progress.newBuilder().setDone(sequence).setTotal(1_000_000))
                    .addReferences(key)));
  }

  private static ObjectRef object(String key) {
    return ObjectRef.newBuilder().setKey(key).setLength(STATE_BYTES).setDigest(DIGEST).build();
  }

  /** What the coordinator lets the world see. */
  public void hear(Effect effect) {
    if (effect instanceof Effect.Send send) {
      send.message().getDesired().getAssignList().forEach(it -> begin(send.stream(), it));
      if (send.message().hasAnswer()) {
        answered(send.stream(), send.message().getAnswer());
      }
    } else if (effect instanceof Effect.Delete delete) {
      send(
          Command.newBuilder()
              .setDeletionDone(
                  DeletionDone.newBuilder()
                      .setJob(delete.job())
                      .addAllKeys(delete.keys())
                      .setAll(delete.all())));
    } else if (effect instanceof Effect.Refuse refuse) {
      throw new IllegalStateException("refused: " + refuse.message());
    }
  }

  private void begin(long stream, Assignment assignment) {
    Lease lease = assignment.getLease();
    report(stream, lease, Report.newBuilder().setStarted(Started.getDefaultInstance()));
    switch (lease.getTask().getKind()) {
      case PLAN ->
          report(
              stream,
              lease,
              Report.newBuilder()
                  .setPlanned(
                      Planned.newBuilder()
                          .setPlan(object(assignment.getKeyPrefix() + "/plan"))
                          .setSplits(partitions)));
      case PARTITION -> partition(stream, assignment);
      default ->
          report(
              stream,
              lease,
              Report.newBuilder()
                  .setPrepared(Prepared.newBuilder().setManifest(Manifest.getDefaultInstance())));
    }
  }

  private void partition(long stream, Assignment assignment) {
    if (!finish) {
      held.computeIfAbsent(stream, any -> new CopyOnWriteArrayList<>())
          .add(new Holding(stream, assignment));
      return;
    }
    Field count =
        Field.newBuilder().setName("count").setValue(Value.newBuilder().setInteger(1)).build();
    report(
        stream,
        assignment.getLease(),
        Report.newBuilder()
            .setCompleted(
                Completed.newBuilder()
                    .setResult(Result.newBuilder().addFields(count))
                    .setProgress(Progress.newBuilder().setDone(1).setTotal(1))));
    completed++;
  }

  private void answered(long stream, Answer answer) {
    if (answer.getVerdict() != Answer.Verdict.OK) {
      throw new IllegalStateException("not accepted: " + answer.getMessage());
    }
    if (answer.getLease().getTask().getKind() == TaskKind.PUBLISH) {
      published(stream, answer);
    }
  }

  /** Started, prepared, published: the third answer is the last. */
  private void published(long stream, Answer answer) {
    publishing++;
    if (publishing == 2) {
      report(
          stream,
          answer.getLease(),
          Report.newBuilder().setPublished(Published.getDefaultInstance()));
    } else if (publishing == 3) {
      publishing = 0;
      jobsDone++;
    }
  }

  private void report(long stream, Lease lease, Report.Builder report) {
    fromWorker(
        stream,
        FromWorker.newBuilder()
            .setReport(report.setNumber(reports.incrementAndGet()).setLease(lease)));
  }

  private void fromWorker(long stream, FromWorker.Builder message) {
    send(Command.newBuilder().setStream(stream).setFromWorker(message));
  }

  private void send(Command.Builder command) {
    coordinator.accept(command.setReceivedNanos(System.nanoTime()).build());
  }
}

package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitRequest;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the core sees one: it holds what it was told to hold, and after every word about that
 * its set must have the digest that came with it.
 */
final class TestWorker extends Said {
  final TestCluster cluster;
  final String name;
  final String incarnation;
  final int slots;

  /** What it should be working on, by lease. */
  final Map<Lease, Assignment> holds = new LinkedHashMap<>();

  /** What it was asked to give back, until that is told whole. */
  final Set<Lease> yields = new LinkedHashSet<>();

  /** What it was asked to cut. */
  final Map<Lease, SplitRequest> asked = new LinkedHashMap<>();

  final List<Answer> answers = new ArrayList<>();

  /** Not answered yet. */
  private final Map<Long, Report> reported = new LinkedHashMap<>();

  /** All reports that it ever made. */
  final List<Report> sent = new ArrayList<>();

  private final Map<String, Integer> tries = new LinkedHashMap<>();

  String host = "host";
  List<String> jobs = List.of("count");
  List<Label> labels = List.of();
  int queue;
  long stream;
  boolean draining;
  Signs signs = Signs.getDefaultInstance();
  int lingering;

  /** What does nothing but wait for the store. */
  final Set<Lease> awaitsStore = new LinkedHashSet<>();

  /** It may have ended leases without knowing; until it is told the whole. */
  boolean lied;

  @Nullable Welcome welcome;
  @Nullable Rejected rejected;
  private String known = "";
  private long number;

  TestWorker(TestCluster cluster, String name, String incarnation, int slots) {
    this.cluster = cluster;
    this.name = name;
    this.incarnation = incarnation;
    this.slots = slots;
  }

  /** A worker that has joined. */
  static TestWorker joined(TestCluster cluster, String name, int slots) {
    TestWorker worker = new TestWorker(cluster, name, name + "-1", slots);
    worker.join();
    return worker;
  }

  /** A new process under the same name; the old one is told nothing by this. */
  TestWorker restarted() {
    TestWorker again = new TestWorker(cluster, name, incarnation + "+", slots);
    again.join();
    return again;
  }

  // ---- the session

  List<Event> join() {
    return cluster.batch(joining());
  }

  Command joining() {
    stream = cluster.open(this);
    return cluster.from(stream, FromWorker.newBuilder().setHello(hello()).build());
  }

  Hello.Builder hello() {
    return Hello.newBuilder()
        .setProtocol(1)
        .setCluster(known)
        .setName(name)
        .setIncarnation(incarnation)
        .setSlots(slots)
        .setPid(42)
        .setHost(host)
        .addAllJobs(jobs)
        .addAllLabels(labels)
        .setQueue(queue)
        .addAllHeld(holds.keySet())
        .setDraining(draining);
  }

  boolean connected() {
    return stream != 0;
  }

  /** The connection breaks, and the coordinator notices. */
  List<Event> breaks() {
    return cluster.batch(breaking());
  }

  Command breaking() {
    long old = stream;
    stream = 0;
    return cluster.closing(old);
  }

  void disconnected() {
    stream = 0;
  }

  List<Event> beat() {
    return cluster.deliver(stream, heartbeat());
  }

  /** It cannot use the store from now on, and all that it holds waits for that; or it can again. */
  void toggleStore() {
    boolean hidden = signs.getStore().isEmpty();
    signs = Signs.newBuilder().setStore(hidden ? "out of reach" : "").build();
    awaitsStore.clear();
    if (hidden) {
      awaitsStore.addAll(holds.keySet());
    }
  }

  /** A heartbeat that says how far one of its leases has come. */
  List<Event> beats(Lease lease, long done, long total) {
    FromWorker.Builder message = heartbeat().toBuilder();
    message
        .getHeartbeatBuilder()
        .addProgress(
            TaskProgress.newBuilder()
                .setLease(lease)
                .setProgress(Progress.newBuilder().setDone(done).setTotal(total)));
    return cluster.deliver(stream, message.build());
  }

  @Nullable SplitRequest asked(Lease lease) {
    return asked.get(lease);
  }

  FromWorker heartbeat() {
    return FromWorker.newBuilder()
        .setHeartbeat(
            Heartbeat.newBuilder()
                .setNumber(++number)
                .setDraining(draining)
                .setSigns(signs)
                .addAllProgress(
                    awaitsStore.stream()
                        .map(it -> TaskProgress.newBuilder().setLease(it).setAwaitsStore(true))
                        .map(TaskProgress.Builder::build)
                        .toList())
                .setLingering(lingering))
        .build();
  }

  void receive(ToWorker message) {
    switch (message.getKindCase()) {
      case WELCOME -> {
        welcome = message.getWelcome();
        known = message.getWelcome().getCluster();
      }
      case REJECTED -> rejected = message.getRejected();
      case DESIRED -> receive(message.getDesired());
      case ANSWER -> receive(message.getAnswer());
      case DRAIN -> draining = true;
      case HEARTBEAT_ACK -> draining |= !message.getHeartbeatAck().getDrain().isEmpty();
      case KIND_NOT_SET -> {}
    }
  }

  private void receive(Desired desired) {
    if (desired.getWhole()) {
      holds.clear();
      yields.clear();
      lied = false;
    }
    desired.getRevokeList().forEach(revocation -> holds.remove(revocation.getLease()));
    desired.getSplitList().forEach(split -> asked.put(split.getLease(), split));
    for (Assignment assignment : desired.getAssignList()) {
      holds.put(assignment.getLease(), assignment);
    }
    for (Revocation wanted : desired.getYieldList()) {
      assertThat(holds).as("what %s is asked for", name).containsKey(wanted.getLease());
      yields.add(wanted.getLease());
    }
    if (!lied) {
      assertThat(DesiredDigest.of(holds.keySet()))
          .as("the digest of what %s holds", name)
          .isEqualTo(desired.getDigest());
    }
  }

  private void receive(Answer answer) {
    answers.add(answer);
    Report report = reported.remove(answer.getNumber());
    if (report == null || !report.getLease().equals(answer.getLease())) {
      return;
    }
    boolean done = answer.getVerdict() != Verdict.WRITE_FULL && endsLease(report);
    if (answer.getVerdict() == Verdict.REFUSED || done) {
      holds.remove(answer.getLease());
    }
    if (answer.getVerdict() == Verdict.OK && report.hasCheckpoint()) {
      assertThat(cluster.history.isCommitted(report.getLease(), report.getCheckpoint()))
          .as("acknowledged, so journaled: %s", report)
          .isTrue();
    }
    if (answer.getVerdict() == Verdict.OK && report.hasCompleted()) {
      assertThat(
              cluster.history.hasSucceeded(report.getLease().getTask())
                  || report.getCompleted().getResult().getSerializedSize() > 4096)
          .as("acknowledged, so journaled: %s", report)
          .isTrue();
    }
  }

  private static boolean endsLease(Report report) {
    return switch (report.getWhatCase()) {
      case COMPLETED, PLANNED, PUBLISHED, FAILED, RELEASED, SPLIT -> true;
      default -> false;
    };
  }

  // ---- reports

  /** Reports, and returns the verdict. */
  Verdict says(Report.Builder report) {
    cluster.batch(saying(report.build()));
    return answers.get(answers.size() - 1).getVerdict();
  }

  Command saying(Report report) {
    Report numbered = report.toBuilder().setNumber(++number).build();
    reported.put(number, numbered);
    sent.add(numbered);
    return cluster.from(stream, FromWorker.newBuilder().setReport(numbered).build());
  }

  /** A report again, under the same number. */
  Command repeating(Report report) {
    return cluster.from(stream, FromWorker.newBuilder().setReport(report).build());
  }

  /** The only lease that it holds. */
  Lease lease() {
    assertThat(holds).as("what %s holds", name).hasSize(1);
    return holds.keySet().iterator().next();
  }

  Assignment assignment(Lease lease) {
    Assignment assignment = holds.get(lease);
    assertThat(assignment).isNotNull();
    return requireNonNull(assignment);
  }

  /** The lease of a partition. */
  Lease partition(int index) {
    return holds.keySet().stream()
        .filter(l -> l.getTask().getKind() == TaskKind.PARTITION && l.getTask().getIndex() == index)
        .findFirst()
        .orElseThrow();
  }

  Report.Builder checkpoint(Lease lease) {
    Assignment assignment = holds.get(lease);
    TaskRecord task = requireNonNull(cluster.core.state().task(lease.getTask()));
    String prefix = assignment == null ? "c1/job-1" : assignment.getKeyPrefix();
    return Report.newBuilder()
        .setLease(lease)
        .setCheckpoint(checkpoint(prefix, lease, next(task, lease)));
  }

  private static long next(TaskRecord task, Lease lease) {
    Hold hold = task.heldUnder(lease.getEpoch());
    return 1 + (hold == null ? task.lastSequence : hold.lastSequence);
  }

  Checkpoint.Builder checkpoint(String prefix, Lease lease, long sequence) {
    String stem =
        "%s/p%d/%d-%d-%d-"
            .formatted(
                prefix,
                lease.getTask().getIndex(),
                lease.getEpoch().getGeneration(),
                lease.getEpoch().getCounter(),
                sequence);
    String key = stem + tries.merge(stem, 1, Integer::sum) + ".ckpt";
    return Checkpoint.newBuilder()
        .setSequence(sequence)
        .setEpoch(lease.getEpoch())
        .setObject(ObjectRef.newBuilder().setKey(key).setLength(10))
        .setBytes(100)
        .addReferences(key);
  }

  /** Of all that it was told to work through. */
  Report.Builder completes(Lease lease) {
    return Report.newBuilder()
        .setLease(lease)
        .setCompleted(Completed.newBuilder().setResult(Covered.of(assignment(lease)).result()));
  }

  /** Cut in the middle, with a checkpoint of that state. */
  Report.Builder split(Lease lease) {
    Report.Builder checkpoint = checkpoint(lease);
    Covered whole = Covered.of(assignment(lease));
    return Report.newBuilder()
        .setLease(lease)
        .setSplit(
            Split.newBuilder()
                .setCheckpoint(checkpoint.getCheckpoint())
                .setHead(whole.head().bounds())
                .setTail(whole.tail().bounds())
                .setHeadShare(0.5));
  }

  /** Cut in the middle, without having done any work. */
  Report.Builder cut(Lease lease) {
    Report.Builder split = split(lease);
    split.getSplitBuilder().clearCheckpoint();
    return split;
  }

  /** What to say under a lease that is for cutting alone. */
  Report.Builder bisects(Lease lease) {
    return Covered.of(assignment(lease)).canBeCut() ? cut(lease) : indivisible(lease);
  }

  Report.Builder indivisible(Lease lease) {
    return Report.newBuilder()
        .setLease(lease)
        .setFailed(
            Failed.newBuilder()
                .setKind(Failed.Kind.INDIVISIBLE)
                .setMessage("too little is left")
                .setRange(Covered.of(assignment(lease)).toString()));
  }

  /** Plans the only job that waits for it; returns its id. The partitions are assigned at once. */
  String plans(int splits) {
    return plans(splits, true);
  }

  /** As above, for code that may be unable to cut a partition. */
  String plans(int splits, boolean splittable) {
    Lease lease = lease();
    assertThat(lease.getTask().getKind()).isEqualTo(TaskKind.PLAN);
    assertThat(says(planned(lease, splits, splittable))).isEqualTo(Verdict.OK);
    return lease.getTask().getJob();
  }
}

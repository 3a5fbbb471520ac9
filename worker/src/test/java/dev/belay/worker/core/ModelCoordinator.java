package dev.belay.worker.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** As much of a coordinator as one worker can see: tasks, epochs, and one stream. */
final class ModelCoordinator {
  private final BiConsumer<Long, ToWorker> network;

  // What a restart keeps.
  private final Map<Integer, Long> epochs = new TreeMap<>();
  private final TreeMap<Integer, Lease> leased = new TreeMap<>();
  private final TreeSet<Integer> waiting = new TreeSet<>();
  private final Map<Long, Lease> committed = new TreeMap<>();
  private int completions;

  // What it forgets.
  private long start = 1;
  private long streams;
  private long revision;
  private long link;

  ModelCoordinator(int tasks, BiConsumer<Long, ToWorker> network) {
    this.network = network;
    for (int task = 0; task < tasks; task++) {
      waiting.add(task);
    }
  }

  int completions() {
    return completions;
  }

  boolean isHeld(Lease lease) {
    return lease.equals(leased.get(lease.getTask().getIndex()));
  }

  void restart() {
    start++;
    streams = 0;
    link = 0;
  }

  void receives(long from, FromWorker message) {
    if (message.hasHello()) {
      greets(from);
    } else if (from == link) {
      switch (message.getKindCase()) {
        case HEARTBEAT ->
            send(
                ToWorker.newBuilder()
                    .setHeartbeatAck(
                        HeartbeatAck.newBuilder().setNumber(message.getHeartbeat().getNumber())));
        case RESYNC -> sendWhole();
        case REPORT -> answers(message.getReport());
        case HELLO, KIND_NOT_SET -> throw new AssertionError(message);
      }
    }
  }

  private void greets(long from) {
    if (from < link) {
      return;
    }
    link = from;
    streams++;
    revision = 0;
    send(
        ToWorker.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setProtocol(1)
                    .setCluster("c1")
                    .setStore("file:/s")
                    .setHeartbeatIntervalMillis(500)));
    sendWhole();
  }

  private void answers(Report report) {
    Lease lease = report.getLease();
    Verdict verdict = Verdict.OK;
    if (!lease.equals(committed.get(report.getNumber()))) {
      if (isHeld(lease)) {
        commit(report);
      } else {
        verdict = Verdict.REFUSED;
      }
    }
    send(
        ToWorker.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(report.getNumber())
                    .setLease(lease)
                    .setVerdict(verdict)));
  }

  private void commit(Report report) {
    committed.put(report.getNumber(), report.getLease());
    int task = report.getLease().getTask().getIndex();
    if (report.hasCompleted()) {
      completions++;
      leased.remove(task);
    } else if (report.hasReleased() || report.hasFailed()) {
      leased.remove(task);
      waiting.add(task);
    }
  }

  /** Assigns what waits, as far as there are slots. */
  void assigns(int slots) {
    if (link == 0) {
      return;
    }
    Desired.Builder change = Desired.newBuilder();
    while (leased.size() < slots && !waiting.isEmpty()) {
      change.addAssign(assignment(lease(waiting.pollFirst())));
    }
    if (change.getAssignCount() > 0) {
      sendDesired(change);
    }
  }

  /** Takes a lease back, as if it went elsewhere; the task will be assigned again. */
  void revokes() {
    if (link == 0 || leased.isEmpty()) {
      return;
    }
    Lease lease = leased.pollFirstEntry().getValue();
    waiting.add(lease.getTask().getIndex());
    sendDesired(
        Desired.newBuilder()
            .addRevoke(Revocation.newBuilder().setLease(lease).setReason("revoked")));
  }

  private Lease lease(int task) {
    Lease lease = Scene.lease("p" + task + "@" + epochs.merge(task, 1L, Long::sum));
    leased.put(task, lease);
    return lease;
  }

  private static Assignment assignment(Lease lease) {
    return Assignment.newBuilder().setLease(lease).build();
  }

  private void sendWhole() {
    List<Assignment> all = new ArrayList<>();
    leased.values().forEach(lease -> all.add(assignment(lease)));
    sendDesired(Desired.newBuilder().setWhole(true).addAllAssign(all));
  }

  private void sendDesired(Desired.Builder desired) {
    send(ToWorker.newBuilder().setDesired(desired.setDigest(DesiredDigest.of(leased.values()))));
  }

  private void send(ToWorker.Builder message) {
    network.accept(
        link,
        message.setCoordinatorStart(start).setStream(streams).setRevision(++revision).build());
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import dev.belay.runtime.time.Now;
import dev.belay.runtime.wire.Labels;
import dev.belay.runtime.wire.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Workers come, are heard, fall silent and leave; and are told what they should hold. */
final class Sessions {
  private static final int MAX_SLOTS = 1024;
  private static final int MAX_HOST = 255;
  private static final int MAX_JOBS = 10_000;

  /**
   * How many leases are taken away at once, so that the record of it stays small; the next look
   * goes on.
   */
  private static final int MAX_RELEASES = 8_192;

  private final ClusterState state;
  private final Liveness liveness;
  private final JobProgress progress;
  private final Timing timing;
  private final String store;
  private final Yields yields;
  private final Announcements announcements;
  private final Exhaustion exhaustion;

  Sessions(
      ClusterState state,
      Liveness liveness,
      JobProgress progress,
      Timing timing,
      String store,
      Yields yields,
      Announcements announcements,
      Exhaustion exhaustion) {
    this.state = state;
    this.liveness = liveness;
    this.progress = progress;
    this.timing = timing;
    this.store = store;
    this.yields = yields;
    this.announcements = announcements;
    this.exhaustion = exhaustion;
  }

  /** After a start: everyone who holds a lease is given one lease's time to be heard from. */
  void expectHolders(long nanos) {
    for (String incarnation : List.copyOf(state.holdings.incarnations())) {
      Hold any = state.holdings.of(incarnation).holds.iterator().next();
      if (liveness.named(any.worker) == null) {
        liveness.expect(any.worker, incarnation, nanos);
      }
    }
  }

  Decision hello(Command command, Hello hello, Now now) {
    long stream = command.getStream();
    Rejected rejected = reject(hello, stream);
    if (rejected != null) {
      return new Decision(
          List.of(), List.of(rejecting(stream, rejected), new Effect.CloseStream(stream)));
    }
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    WorkerRecord named = liveness.named(hello.getName());
    long olderStream = named == null ? 0 : named.stream;
    WorkerRecord before = liveness.join(hello, stream, command.getReceivedNanos());
    boolean replaced = before != null && !before.incarnation.equals(hello.getIncarnation());
    if (before != null && replaced) {
      replace(draft, before, command.getReceivedNanos());
    }
    if (olderStream != 0 && olderStream != stream) {
      if (replaced) {
        draft.then(rejecting(olderStream, superseded(hello.getName())));
      }
      draft.then(new Effect.CloseStream(olderStream));
    }
    draft.then(
        new Effect.Send(
            stream,
            ToWorker.newBuilder()
                .setWelcome(
                    Welcome.newBuilder()
                        .setProtocol(Protocol.VERSION)
                        .setCluster(state.cluster)
                        .setStore(store)
                        .setHeartbeatIntervalMillis(timing.heartbeat().toMillis())
                        .setLeaseMillis(timing.dead().toMillis()))));
    return draft.then(announcements.whole(stream, hello.getIncarnation())).done();
  }

  private @Nullable Rejected reject(Hello hello, long stream) {
    if (hello.getProtocol() != Protocol.VERSION) {
      return rejected(
          Rejected.Code.PROTOCOL,
          "worker %s speaks protocol %s, this coordinator speaks %s: run the same version of both"
              .formatted(
                  Texts.cut(hello.getName()),
                  Integer.toUnsignedString(hello.getProtocol()),
                  Protocol.VERSION));
    }
    if (!hello.getCluster().isEmpty() && !hello.getCluster().equals(state.cluster)) {
      return rejected(
          Rejected.Code.OTHER_CLUSTER,
          "worker %s works for cluster %s, this coordinator runs cluster %s: start the worker anew to join it"
              .formatted(Texts.cut(hello.getName()), Texts.cut(hello.getCluster()), state.cluster));
    }
    Lease unheardOf = aheadOfJournal(hello);
    if (unheardOf != null) {
      return rejected(
          Rejected.Code.INVALID,
          "worker %s holds a lease of %s that was given out under epoch %s, of which the coordinator's journal knows nothing: its data directory is an older copy; start the coordinator on the newest one, or the worker anew"
              .formatted(
                  Texts.cut(hello.getName()),
                  Texts.cut(unheardOf.getTask().getJob()),
                  Epochs.text(unheardOf.getEpoch())));
    }
    if (liveness.wasReplaced(hello.getIncarnation()) || overtaken(hello)) {
      return superseded(Texts.cut(hello.getName()));
    }
    if (hello.getName().isEmpty()
        || hello.getName().length() > 64
        || hello.getIncarnation().isEmpty()
        || hello.getIncarnation().length() > 64
        || hello.getSlots() < 1
        || hello.getSlots() > MAX_SLOTS
        || hello.getHost().length() > MAX_HOST
        || hello.getJobsCount() > MAX_JOBS) {
      return rejected(
          Rejected.Code.INVALID,
          "a worker needs a name and an incarnation of 1 to 64 characters, 1 to "
              + MAX_SLOTS
              + " slots and at most "
              + MAX_JOBS
              + " jobs");
    }
    String wrongLabels = Labels.problem(hello.getLabelsList());
    if (wrongLabels != null) {
      return rejected(Rejected.Code.INVALID, "worker " + hello.getName() + " has a " + wrongLabels);
    }
    if (foreign(hello, liveness.on(stream))
        || foreign(hello, liveness.as(hello.getIncarnation()))) {
      return rejected(
          Rejected.Code.INVALID,
          "worker " + hello.getName() + " uses the stream or the incarnation of another worker");
    }
    return null;
  }

  /**
   * A lease that the worker holds and the journal never gave: what was given was in the journal
   * first, so this one lost its end. Null: none. Epochs may then mean two leases, so nothing that
   * such a worker says may count.
   */
  private @Nullable Lease aheadOfJournal(Hello hello) {
    if (hello.getCluster().isEmpty()) {
      return null;
    }
    for (Lease held : hello.getHeldList()) {
      TaskRecord task = state.task(held.getTask());
      if (Integer.compareUnsigned(held.getEpoch().getGeneration(), state.epochGeneration) < 0) {
        // Of before the recovery from the mirror, which may have lost the lease and even the job.
        continue;
      }
      if (task == null || Epochs.ORDER.compare(held.getEpoch(), task.newestEpoch()) > 0) {
        return held;
      }
    }
    return null;
  }

  private static boolean foreign(Hello hello, @Nullable WorkerRecord other) {
    return other != null && !other.name.equals(hello.getName());
  }

  /**
   * Whether this process is older than the one that has its name: it worked for this cluster
   * before, and yet is not the one that is known. After a restart of the coordinator, which forgets
   * who was replaced, a zombie would else drive out its successor.
   */
  private boolean overtaken(Hello hello) {
    WorkerRecord named = liveness.named(hello.getName());
    return named != null
        && !hello.getCluster().isEmpty()
        && !named.incarnation.equals(hello.getIncarnation());
  }

  private static Rejected rejected(Rejected.Code code, String message) {
    return Rejected.newBuilder().setCode(code).setMessage(message).build();
  }

  private static Rejected superseded(String name) {
    return rejected(
        Rejected.Code.SUPERSEDED,
        "another process joined as worker " + name + ": give each worker its own --id");
  }

  private static Effect rejecting(long stream, Rejected rejected) {
    return new Effect.Send(stream, ToWorker.newBuilder().setRejected(rejected));
  }

  /**
   * A new process under an old name: what the old one held is free at once, and the old one is
   * told.
   */
  private void replace(Decision.Draft draft, WorkerRecord before, long receivedNanos) {
    release(
        draft,
        before,
        Cause.WORKER_RESTARTED,
        receivedNanos,
        "worker " + before.name + " was started anew");
    liveness.countLoss();
  }

  Decision closed(Command command, Now now) {
    WorkerRecord worker = liveness.on(command.getStream());
    liveness.closed(command.getStream(), command.getReceivedNanos());
    if (worker != null
        && worker.draining
        && state.holdings.of(worker.incarnation).holds.isEmpty()) {
      liveness.forget(worker);
    }
    return new Decision.Draft(now.wallMillis()).done();
  }

  Decision heartbeat(Command command, Heartbeat heartbeat, Now now) {
    WorkerRecord worker = liveness.on(command.getStream());
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    if (worker == null) {
      return draft.then(new Effect.CloseStream(command.getStream())).done();
    }
    boolean back =
        liveness.heard(worker, command.getReceivedNanos(), Health.pauseNanos(heartbeat.getSigns()));
    worker.draining |= heartbeat.getDraining();
    for (TaskProgress report : heartbeat.getProgressList()) {
      TaskRecord task = state.task(report.getLease().getTask());
      Hold hold = task == null ? null : task.heldUnder(report.getLease().getEpoch());
      if (hold != null && worker.incarnation.equals(hold.incarnation)) {
        progress.update(hold, report, command.getReceivedNanos());
      }
    }
    draft.then(
        new Effect.Send(
            command.getStream(),
            ToWorker.newBuilder()
                .setHeartbeatAck(
                    HeartbeatAck.newBuilder()
                        .setNumber(heartbeat.getNumber())
                        .setDrain(worker.drainReason)
                        .setMeanTimeBetweenFailuresMillis(
                            liveness.meanTimeBetweenFailuresMillis()))));
    if (back) {
      draft.then(announcements.whole(command.getStream(), worker.incarnation));
    }
    return draft.done();
  }

  Decision resync(Command command) {
    WorkerRecord worker = liveness.on(command.getStream());
    return Decision.of(
        worker == null
            ? new Effect.CloseStream(command.getStream())
            : announcements.whole(command.getStream(), worker.incarnation));
  }

  /**
   * Time has passed.
   *
   * @param heardUntilNanos what came in later may still wait to be taken in, so it does not tell
   *     who is silent
   */
  Decision tick(long heardUntilNanos, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    for (WorkerRecord worker : liveness.silent(heardUntilNanos)) {
      if (draft.size() >= MAX_RELEASES) {
        break;
      }
      liveness.giveUp(worker);
      release(
          draft,
          worker,
          worker.broken ? Cause.CONNECTION_LOST : Cause.HEARTBEAT_TIMEOUT,
          now.nanos(),
          "worker "
              + worker.name
              + " was not heard from for "
              + Placer.millis(now.nanos() - worker.heardNanos)
              + " ms");
    }
    if (draft.size() == 0) {
      // Else some of them may have just been given up.
      yields.tick(draft, MAX_RELEASES, now.nanos());
    }
    return draft.done();
  }

  private void release(
      Decision.Draft draft, WorkerRecord worker, Cause cause, long decidedNanos, String message) {
    int position = 0;
    for (Hold hold : state.holdings.of(worker.incarnation).holds) {
      draft.add(
          exhaustion.lost(
              draft,
              hold,
              worker.queues(hold, position++),
              cause,
              Placer.millis(decidedNanos - worker.heardNanos),
              message));
    }
  }
}

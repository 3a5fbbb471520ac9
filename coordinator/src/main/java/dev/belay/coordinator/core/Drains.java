package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Drain;
import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.ToWorker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workers that are told to give everything back and to end, as if by SIGTERM: at once, and again
 * with each answer to a heartbeat, since a message may be lost. Soft state: it ends with the
 * worker's process, and a coordinator that forgot it is told again by whoever wants it.
 */
final class Drains {
  private final ClusterState state;
  private final Liveness liveness;
  private final Capacity capacity;

  Drains(ClusterState state, Liveness liveness, Capacity capacity) {
    this.state = state;
    this.liveness = liveness;
    this.capacity = capacity;
  }

  Decision drain(Command command, DrainWorkerRequest request) {
    WorkerRecord worker = liveness.named(request.getWorker());
    if (worker == null && liveness.hasLeft(request.getWorker())) {
      return Decision.of(
          new Effect.Reply(
              command.getRequest(),
              DrainWorkerReply.newBuilder().setWorker(request.getWorker()).setLeft(true).build()));
    }
    if (worker == null || worker.lost) {
      String named = "\"" + Texts.cut(request.getWorker()) + "\"";
      return Decision.of(
          new Effect.Refuse(
              command.getRequest(),
              Reason.NOT_FOUND,
              worker == null
                  ? "no worker " + named + ": 'belay workers' shows them all"
                  : "worker " + named + " is lost: what it ran goes on elsewhere"));
    }
    List<Effect> effects = new ArrayList<>();
    Effect told = order(worker, "by 'belay drain'");
    if (told != null) {
      effects.add(told);
    }
    effects.add(
        new Effect.Reply(
            command.getRequest(),
            DrainWorkerReply.newBuilder()
                .setWorker(worker.name)
                .setRunning(state.holdings.of(worker.incarnation).holds.size())
                .build()));
    return new Decision(List.of(), effects);
  }

  /**
   * From now on the worker gets nothing new and is told to leave.
   *
   * @param reason for people, shown to them and logged by the worker
   * @return what to send it now; null: it is not connected, and hears of it when it is
   */
  @Nullable Effect order(WorkerRecord worker, String reason) {
    if (worker.drainReason.isEmpty()) {
      worker.drainReason = reason;
    }
    worker.draining = true;
    capacity.refresh(worker);
    return worker.connected()
        ? new Effect.Send(
            worker.stream,
            ToWorker.newBuilder().setDrain(Drain.newBuilder().setReason(worker.drainReason)))
        : null;
  }
}

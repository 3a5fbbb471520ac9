package dev.belay.worker.core;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskProgress;

/** An effect of a {@link WorkerCore} in a line, as tests write it. */
final class EffectLine {
  private EffectLine() {}

  static String of(Effect effect) {
    if (effect instanceof Effect.OpenLink open) {
      return "open link " + open.link();
    } else if (effect instanceof Effect.CloseLink close) {
      return "close link " + close.link();
    } else if (effect instanceof Effect.Send send) {
      return "send " + line(send.message());
    } else if (effect instanceof Effect.Joined joined) {
      return "joined " + joined.cluster() + " " + joined.store();
    } else if (effect instanceof Effect.Start start) {
      return "start " + Scene.text(start.assignment().getLease());
    } else if (effect instanceof Effect.Stop stop) {
      return "stop " + Scene.text(stop.lease()) + ": " + stop.reason();
    } else if (effect instanceof Effect.DrainTask drain) {
      return "drain " + Scene.text(drain.lease());
    } else if (effect instanceof Effect.Answered answered) {
      return "answered " + answered.ticket() + " " + answered.answer().getVerdict();
    } else if (effect instanceof Effect.MeanTimeBetweenFailures mean) {
      return "mtbf " + mean.millis();
    } else if (effect instanceof Effect.Notice notice) {
      return "notice: " + notice.text();
    } else if (effect instanceof Effect.Exit exit) {
      return "exit " + exit.outcome().kind() + ": " + exit.outcome().message();
    }
    throw new AssertionError(effect);
  }

  private static String line(FromWorker message) {
    return switch (message.getKindCase()) {
      case HELLO ->
          "hello"
              + (message.getHello().getCluster().isEmpty()
                  ? ""
                  : " of " + message.getHello().getCluster())
              + " holding "
              + message.getHello().getHeldList().stream().map(Scene::text).toList()
              + (message.getHello().getDraining() ? " draining" : "");
      case HEARTBEAT -> line(message.getHeartbeat());
      case REPORT -> {
        Report report = message.getReport();
        Released.Why why = report.getReleased().getWhy();
        String what = report.getWhatCase() + (why == Released.Why.DRAINS ? "" : " " + why);
        yield "report " + report.getNumber() + " " + Scene.text(report.getLease()) + " " + what;
      }
      case RESYNC -> "resync";
      case KIND_NOT_SET -> throw new AssertionError("an empty message");
    };
  }

  private static String line(Heartbeat heartbeat) {
    StringBuilder line = new StringBuilder("heartbeat " + heartbeat.getNumber());
    for (TaskProgress task : heartbeat.getProgressList()) {
      line.append(" ").append(Scene.text(task.getLease())).append("=");
      line.append(task.getProgress().getDone());
    }
    if (heartbeat.getSigns().getLongestPauseMillis() > 0) {
      line.append(" paused ").append(heartbeat.getSigns().getLongestPauseMillis());
    }
    if (!heartbeat.getSigns().getPreemption().isEmpty()) {
      line.append(" preempted: ").append(heartbeat.getSigns().getPreemption());
    }
    if (heartbeat.getLingering() > 0) {
      line.append(" lingering ").append(heartbeat.getLingering());
    }
    return line + (heartbeat.getDraining() ? " draining" : "");
  }
}

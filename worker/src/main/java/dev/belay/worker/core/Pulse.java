package dev.belay.worker.core;

import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskProgress;
import java.util.List;

/**
 * What the next heartbeat tells: how far the tasks have come, and how this process fares. What was
 * noticed while no heartbeat could be sent is told by the next one. And what the answer to it
 * tells: how often the workers fail.
 */
final class Pulse {
  private List<TaskProgress> progress = List.of();
  private Signs signs = Signs.getDefaultInstance();
  private long meanTimeBetweenFailuresMillis;

  void progress(List<TaskProgress> snapshot) {
    progress = snapshot;
  }

  /** Returns whether there is something in it that should not wait for the next heartbeat. */
  boolean take(Signs now) {
    boolean urgent = !now.getPreemption().isEmpty() && signs.getPreemption().isEmpty();
    long pause = Math.max(signs.getLongestPauseMillis(), now.getLongestPauseMillis());
    signs = now.toBuilder().setLongestPauseMillis(pause).build();
    return urgent;
  }

  Heartbeat beat(long number, boolean draining, Holdings holdings) {
    Heartbeat.Builder heartbeat =
        Heartbeat.newBuilder()
            .setNumber(number)
            .setDraining(draining)
            .setLingering(holdings.countLingering());
    if (!signs.equals(Signs.getDefaultInstance())) {
      heartbeat.setSigns(signs);
    }
    for (TaskProgress task : progress) {
      if (holdings.isWorking(task.getLease())) {
        heartbeat.addProgress(task);
      }
    }
    signs = signs.toBuilder().clearLongestPauseMillis().build();
    return heartbeat.build();
  }

  void acknowledged(HeartbeatAck ack, List<Effect> effects) {
    if (ack.getMeanTimeBetweenFailuresMillis() != meanTimeBetweenFailuresMillis) {
      meanTimeBetweenFailuresMillis = ack.getMeanTimeBetweenFailuresMillis();
      effects.add(new Effect.MeanTimeBetweenFailures(meanTimeBetweenFailuresMillis));
    }
  }
}

package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointRestored;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;

/** What could be wrong where checkpoints are kept, and gone back to. */
final class RestoreFaults {
  private RestoreFaults() {}

  /** A core with its restores changed. */
  private abstract static class Restoring extends CoreDouble {
    Restoring(StateMachine real) {
      super(real);
    }

    @Override
    public Decision decide(Command command, Now now) {
      Decision decision = super.decide(command, now);
      return command.hasRestoreCheckpoint()
          ? restored(command, decision, task(command.getRestoreCheckpoint()), now)
          : decision;
    }

    private static TaskId task(RestoreCheckpointRequest request) {
      return TaskId.newBuilder()
          .setJob(request.getJob())
          .setKind(TaskKind.PARTITION)
          .setIndex(request.getPartition())
          .build();
    }

    abstract Decision restored(Command command, Decision decision, TaskId task, Now now);
  }

  private static List<Checkpoint> kept(StateMachine core, TaskId task) {
    List<Checkpoint> kept = new ArrayList<>();
    core.snapshot(
        entry -> {
          TaskEntry found = entry.getTask();
          if (entry.hasTask() && found.getTask().equals(task)) {
            kept.addAll(found.getCheckpointsList());
          }
        });
    return kept;
  }

  private static Event event(Now now, TaskId task, long sequence) {
    return Event.newBuilder()
        .setMillis(now.wallMillis())
        .setCheckpointRestored(CheckpointRestored.newBuilder().setTask(task).setSequence(sequence))
        .build();
  }

  private static Event released(Now now, String job, Iterable<String> keys) {
    return Event.newBuilder()
        .setMillis(now.wallMillis())
        .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job).addAllKeys(keys))
        .build();
  }

  /** Who is at it goes on, and what it saves comes after what was gone back to. */
  static final class DoesNotFenceARestore extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Restoring(core) {
        @Override
        Decision restored(Command command, Decision decision, TaskId task, Now now) {
          List<Event> events = new ArrayList<>(decision.events());
          events.removeIf(event -> event.getTaskReleased().getCause() == Cause.RESTORED);
          return new Decision(events, decision.effects());
        }
      };
    }
  }

  /** A restore is acknowledged, and not remembered. */
  static final class ForgetsARestore extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Restoring(core) {
        @Override
        Decision restored(Command command, Decision decision, TaskId task, Now now) {
          return new Decision(List.of(), decision.effects());
        }
      };
    }
  }

  /** Goes back to what was released meanwhile, since it is looked for by its name alone. */
  static final class RestoresWhatWasReleased extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Restoring(core) {
        @Override
        Decision restored(Command command, Decision decision, TaskId task, Now now) {
          boolean gone =
              decision.effects().stream()
                  .anyMatch(
                      effect ->
                          effect instanceof Effect.Refuse refusal
                              && refusal.message().contains("has no checkpoint"));
          if (!gone) {
            return decision;
          }
          long sequence = command.getRestoreCheckpoint().getSequence();
          RestoreCheckpointReply done =
              RestoreCheckpointReply.newBuilder().setJobId(task.getJob()).setDropped(1).build();
          return new Decision(
              List.of(event(now, task, sequence)),
              List.of(new Effect.Reply(command.getRequest(), done)));
        }
      };
    }
  }

  /** Releases all that the dropped checkpoints refer to, also where older ones build on it. */
  static final class ReleasesWhatOlderOnesShare extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Restoring(core) {
        @Override
        Decision restored(Command command, Decision decision, TaskId task, Now now) {
          List<Event> events = new ArrayList<>(decision.events());
          for (Checkpoint one : kept(real, task)) {
            if (one.getSequence() > command.getRestoreCheckpoint().getSequence()) {
              events.add(released(now, task.getJob(), one.getReferencesList()));
            }
          }
          return new Decision(events, decision.effects());
        }
      };
    }
  }

  /** The unusable count among those that are kept: the last good one is too many. */
  static final class CountsTheUnusableAsKept extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public Decision decide(Command command, Now now) {
          Decision decision = super.decide(command, now);
          List<Event> events = new ArrayList<>();
          for (Event event : decision.events()) {
            events.add(event);
            if (event.hasCheckpointQuarantined()) {
              TaskId task = event.getCheckpointQuarantined().getLease().getTask();
              List<Checkpoint> kept = kept(real, task);
              if (kept.size() > 1) {
                Checkpoint oldest = kept.get(kept.size() - 1);
                events.add(released(now, task.getJob(), List.of(oldest.getObject().getKey())));
              }
            }
          }
          return new Decision(events, decision.effects());
        }
      };
    }
  }

  /** What a job has stored goes with its end, whatever was asked for. */
  static final class KeepsNothingOfWhatFailed extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public Decision decide(Command command, Now now) {
          Decision decision = super.decide(command, now);
          List<Event> events = new ArrayList<>();
          for (Event event : decision.events()) {
            events.add(event);
            if (event.hasJobCancelled()) {
              ObjectsReleased.Builder all = ObjectsReleased.newBuilder().setAll(true);
              all.setJob(event.getJobCancelled().getJob());
              events.add(event.toBuilder().setObjectsReleased(all).build());
            }
          }
          return new Decision(events, decision.effects());
        }
      };
    }
  }
}

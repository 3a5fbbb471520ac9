package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionQuarantined;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** What could be wrong in a coordinator's core. */
final class CoreFaults {
  private CoreFaults() {}

  /**
   * The fence compares tasks and forgets the epoch: a zombie's reports count as its successor's.
   */
  static final class SkipsTheFence extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        private final Map<TaskId, Lease> leases = new HashMap<>();
        private final Map<TaskId, String> holders = new HashMap<>();
        private final Map<String, Long> streams = new HashMap<>();

        @Override
        public void apply(Event event) {
          if (event.hasTaskAssigned()) {
            Lease lease = event.getTaskAssigned().getLease();
            leases.put(lease.getTask(), lease);
            holders.put(lease.getTask(), event.getTaskAssigned().getIncarnation());
          }
          super.apply(event);
        }

        @Override
        public Decision decide(Command command, Now now) {
          FromWorker message = command.getFromWorker();
          if (message.hasHello()) {
            streams.put(message.getHello().getIncarnation(), command.getStream());
          }
          return super.decide(message.hasReport() ? unfenced(command) : command, now);
        }

        private Command unfenced(Command command) {
          TaskId task = command.getFromWorker().getReport().getLease().getTask();
          Lease current = leases.get(task);
          Long stream = streams.get(holders.getOrDefault(task, ""));
          if (current == null || stream == null) {
            return command;
          }
          Command.Builder changed = command.toBuilder().setStream(stream);
          changed.getFromWorkerBuilder().getReportBuilder().setLease(current);
          return changed.build();
        }
      };
    }
  }

  /** A lease is bound to a worker's name alone: a new process inherits what the old one held. */
  static final class BindsToTheName extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public Decision decide(Command command, Now now) {
          if (!command.getFromWorker().hasHello()) {
            return super.decide(command, now);
          }
          Command.Builder changed = command.toBuilder();
          changed
              .getFromWorkerBuilder()
              .getHelloBuilder()
              .setIncarnation(command.getFromWorker().getHello().getName());
          return super.decide(changed.build(), now);
        }
      };
    }
  }

  /** An epoch that nobody holds any more is not part of the snapshot: it is given out again. */
  static final class ForgetsAnEpochOnReplay extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public void restore(SnapshotEntry entry) {
          boolean loose =
              entry.hasTask()
                  && entry.getTask().getWorker().isEmpty()
                  && entry.getTask().getEpochCounter() > 0;
          if (!loose) {
            super.restore(entry);
            return;
          }
          SnapshotEntry.Builder changed = entry.toBuilder();
          changed.getTaskBuilder().setEpochCounter(entry.getTask().getEpochCounter() - 1);
          super.restore(changed.build());
        }
      };
    }
  }

  /** A field is missing where a snapshot is written: sequences begin anew after a restart. */
  static final class SnapshotForgetsAField extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public void snapshot(Consumer<SnapshotEntry> out) {
          super.snapshot(
              entry -> {
                SnapshotEntry.Builder changed = entry.toBuilder();
                if (entry.hasTask()) {
                  changed.getTaskBuilder().clearLastSequence();
                }
                out.accept(changed.build());
              });
        }
      };
    }
  }

  /** The window of kept checkpoints is cut off one too early: what is still needed is released. */
  static final class ReleasesWhatIsReferenced extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public Decision decide(Command command, Now now) {
          Decision decision = super.decide(command, now);
          String newest = "";
          for (Event event : decision.events()) {
            if (event.hasCheckpointCommitted()) {
              newest = event.getCheckpointCommitted().getCheckpoint().getObject().getKey();
            }
          }
          String key = newest;
          return key.isEmpty() ? decision : changed(decision, event -> withKey(event, key));
        }

        private static Event withKey(Event event, String key) {
          if (!event.hasObjectsReleased()) {
            return event;
          }
          Event.Builder changed = event.toBuilder();
          changed.getObjectsReleasedBuilder().addKeys(key);
          return changed.build();
        }
      };
    }
  }

  /** A completion that comes again, since its answer was lost, is counted again. */
  static final class CountsACompletionTwice extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        private final Map<Lease, Event> completed = new HashMap<>();
        private boolean again;

        @Override
        public Decision decide(Command command, Now now) {
          Decision decision = super.decide(command, now);
          Lease lease = command.getFromWorker().getReport().getLease();
          again =
              command.getFromWorker().getReport().hasCompleted() && completed.containsKey(lease);
          return again
              ? new Decision(
                  List.of(Objects.requireNonNull(completed.get(lease))), decision.effects())
              : decision;
        }

        @Override
        public void apply(Event event) {
          if (again) {
            return;
          }
          if (event.hasPartitionCompleted()) {
            completed.put(event.getPartitionCompleted().getLease(), event);
          }
          super.apply(event);
        }
      };
    }
  }

  /** A lease that ends is not taken off the list from which its holder is told to stop. */
  static final class DropsARevocation extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public List<Effect> announce() {
          List<Effect> effects = new ArrayList<>();
          for (Effect effect : super.announce()) {
            effects.add(effect instanceof Effect.Send send ? silent(send) : effect);
          }
          return effects;
        }

        private static Effect silent(Effect.Send send) {
          Desired desired = send.message().getDesired();
          return new Effect.Send(
              send.stream(), send.message().clone().setDesired(desired.toBuilder().clearRevoke()));
        }
      };
    }
  }

  /** A submit is acknowledged, and what was to be remembered of it is not. */
  static final class ForgetsASubmit extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        private int submits;

        @Override
        public Decision decide(Command command, Now now) {
          Decision decision = super.decide(command, now);
          boolean forgotten = command.hasSubmit() && ++submits % 3 == 0;
          return forgotten ? new Decision(List.of(), decision.effects()) : decision;
        }
      };
    }
  }

  /** What a split leaves to the head is not remembered: it goes on to the old end. */
  static final class KeepsTheOldBoundsOfACut extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public List<Effect> announce() {
          List<Effect> effects = new ArrayList<>();
          for (Effect effect : super.announce()) {
            effects.add(effect instanceof Effect.Send send ? unbound(send) : effect);
          }
          return effects;
        }

        private static Effect unbound(Effect.Send send) {
          var changed = send.message().clone();
          for (var assignment : changed.getDesiredBuilder().getAssignBuilderList()) {
            if (assignment.getLease().getTask().getIndex() == 0) {
              assignment.clearBounds();
            }
          }
          return new Effect.Send(send.stream(), changed);
        }
      };
    }
  }

  /** What is bisected is not told so: it is worked on as before, and fails as before. */
  static final class ForgetsToBisect extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public List<Effect> announce() {
          List<Effect> effects = new ArrayList<>();
          for (Effect effect : super.announce()) {
            effects.add(effect instanceof Effect.Send send ? plain(send) : effect);
          }
          return effects;
        }

        private static Effect plain(Effect.Send send) {
          var changed = send.message().clone();
          if (changed.hasDesired()) {
            changed.getDesiredBuilder().getAssignBuilderList().forEach(one -> one.clearBisect());
          }
          return new Effect.Send(send.stream(), changed);
        }
      };
    }
  }

  /** A half is a half no more after a restart: it gets all attempts anew. */
  static final class ForgetsAHalfOnReplay extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public void restore(SnapshotEntry entry) {
          SnapshotEntry.Builder changed = entry.toBuilder();
          if (entry.hasTask() && !entry.getTask().getNarrowing().getBisect()) {
            changed.getTaskBuilder().clearNarrowing();
          }
          super.restore(changed.build());
        }
      };
    }
  }

  /** The tail of a cut that was made to find what fails is given up along with the head. */
  static final class GivesUpTheWholeOfWhatIsBisected extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public Decision decide(Command command, Now now) {
          return changed(super.decide(command, now), GivesUpTheWholeOfWhatIsBisected::givenUp);
        }
      };
    }

    private static Event givenUp(Event event) {
      if (!event.getTaskReleased().hasNarrowing()) {
        return event;
      }
      return event.toBuilder()
          .setPartitionQuarantined(
              PartitionQuarantined.newBuilder()
                  .setLease(event.getTaskReleased().getLease())
                  .setCause(event.getTaskReleased().getCause())
                  .setError(event.getTaskReleased().getMessage()))
          .build();
    }
  }

  /** A partition is assigned from checkpoints that were current when its last lease began. */
  static final class AssignsOldCheckpoints extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public List<Effect> announce() {
          List<Effect> effects = new ArrayList<>();
          for (Effect effect : super.announce()) {
            effects.add(effect instanceof Effect.Send send ? older(send) : effect);
          }
          return effects;
        }

        private static Effect older(Effect.Send send) {
          var changed = send.message().clone();
          for (var assignment : changed.getDesiredBuilder().getAssignBuilderList()) {
            if (assignment.getLease().getTask().getKind() == TaskKind.PARTITION
                && assignment.getCheckpointsCount() > 1) {
              assignment.removeCheckpoints(0);
            }
          }
          return new Effect.Send(send.stream(), changed);
        }
      };
    }
  }
}

package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What could be wrong where garbage is collected. */
final class CollectionFaults {
  private CollectionFaults() {}

  /** A core whose answers to a collector are changed; it knows of tasks what a snapshot says. */
  private abstract static class Collecting extends CoreDouble {
    Collecting(StateMachine real) {
      super(real);
    }

    @Override
    public Decision decide(Command command, Now now) {
      Decision decision = super.decide(command, now);
      return command.hasCollect() ? collected(decision, command.getCollect(), now) : decision;
    }

    abstract Decision collected(Decision decision, Collect collect, Now now);

    Map<TaskId, TaskEntry> tasks() {
      Map<TaskId, TaskEntry> tasks = new HashMap<>();
      snapshot(entry -> tasks.put(entry.getTask().getTask(), entry.getTask()));
      return tasks;
    }
  }

  /** A core that finds more garbage than there is. */
  private abstract static class Greedy extends Collecting {
    private static final Pattern NAME =
        Pattern.compile("(sim/(job-\\d+))/p(\\d+)/1-(\\d+)-\\d+-\\d+\\.ckpt");

    Greedy(StateMachine real) {
      super(real);
    }

    @Override
    Decision collected(Decision decision, Collect collect, Now now) {
      Map<TaskId, TaskEntry> tasks = tasks();
      List<Event> events = new ArrayList<>(decision.events());
      List<Effect> effects = new ArrayList<>(decision.effects());
      for (StoredObject object : collect.getObjectsList()) {
        Matcher name = NAME.matcher(object.getKey());
        TaskEntry task = name.matches() ? tasks.get(task(name)) : null;
        if (task != null && isGarbage(task, object.getKey(), Long.parseLong(name.group(4)))) {
          events.add(
              Event.newBuilder()
                  .setMillis(now.wallMillis())
                  .setObjectsReleased(
                      ObjectsReleased.newBuilder().setJob(name.group(2)).addKeys(object.getKey()))
                  .build());
          List<String> keys = List.of(object.getKey());
          effects.add(new Effect.Delete(name.group(2), name.group(1), keys, false));
        }
      }
      return new Decision(events, effects);
    }

    private static TaskId task(Matcher name) {
      return TaskId.newBuilder()
          .setJob(name.group(2))
          .setKind(TaskKind.PARTITION)
          .setIndex(Integer.parseInt(name.group(3)))
          .build();
    }

    /** Of a checkpoint, stored under a lease of this counter. */
    abstract boolean isGarbage(TaskEntry task, String key, long counter);
  }

  /** Looks at the objects that checkpoints are called by, and not at those that they build on. */
  static final class ForgetsWhatIsReferredTo extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Greedy(core) {
        @Override
        boolean isGarbage(TaskEntry task, String key, long counter) {
          return counter <= task.getClosedCounter()
              && task.getCheckpointsList().stream()
                  .noneMatch(one -> one.getObject().getKey().equals(key));
        }
      };
    }
  }

  /** Whatever no checkpoint names: also what was just stored, and is about to be reported. */
  static final class TakesTheNewestForAnOrphan extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Greedy(core) {
        @Override
        boolean isGarbage(TaskEntry task, String key, long counter) {
          return !named(task).contains(key);
        }
      };
    }
  }

  private static Set<String> named(TaskEntry task) {
    Set<String> named = new HashSet<>();
    task.getCheckpointsList().forEach(one -> named.addAll(one.getReferencesList()));
    task.getSecond().getCheckpointsList().forEach(one -> named.addAll(one.getReferencesList()));
    task.getQuarantinedList().forEach(bad -> named.addAll(bad.getCheckpoint().getReferencesList()));
    return named;
  }

  /** A lease is over once the journal has given it up: an old copy of it gives up all of them. */
  static final class TrustsItsOwnJournal extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Greedy(core) {
        @Override
        boolean isGarbage(TaskEntry task, String key, long counter) {
          return task.getWorker().isEmpty()
              && counter <= task.getEpochCounter()
              && !named(task).contains(key);
        }
      };
    }
  }

  /** An upload that is not finished is nobody's, though its holder is at it. */
  static final class TakesAnUploadForAnOrphan extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Collecting(core) {
        @Override
        Decision collected(Decision decision, Collect collect, Now now) {
          return abandoning(decision, collect.getUnfinishedList());
        }
      };
    }
  }

  /** Uploads that nobody will finish are let lie, and paid for. */
  static final class LetsUploadsLie extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Collecting(core) {
        @Override
        Decision collected(Decision decision, Collect collect, Now now) {
          return abandoning(decision, List.of());
        }
      };
    }
  }

  private static Decision abandoning(Decision decision, List<String> keys) {
    List<Effect> effects = new ArrayList<>();
    for (Effect effect : decision.effects()) {
      effects.add(
          effect instanceof Effect.Reply reply && reply.message() instanceof Collected answer
              ? new Effect.Reply(
                  reply.request(), answer.toBuilder().clearAbandon().addAllAbandon(keys).build())
              : effect);
    }
    return new Decision(decision.events(), effects);
  }

  /** Says what is garbage, and releases none of it. */
  static final class CollectsNothing extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Collecting(core) {
        @Override
        Decision collected(Decision decision, Collect collect, Now now) {
          List<Effect> answers = new ArrayList<>(decision.effects());
          answers.removeIf(effect -> effect instanceof Effect.Delete);
          return new Decision(List.of(), answers);
        }
      };
    }
  }

  /** What was released before a crash, and not deleted, is forgotten. */
  static final class ForgetsDeletionsOnAStart extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new CoreDouble(core) {
        @Override
        public List<Effect> resume(Now now) {
          List<Effect> effects = new ArrayList<>(super.resume(now));
          effects.removeIf(effect -> effect instanceof Effect.Delete);
          return effects;
        }
      };
    }
  }
}

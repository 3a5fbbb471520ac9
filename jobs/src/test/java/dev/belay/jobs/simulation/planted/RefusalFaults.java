package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;

/** Refusals that go too far: what counted long ago, and is said again, is cleared away. */
final class RefusalFaults {
  private RefusalFaults() {}

  /** A core that sees its own refusals before anyone does. */
  private abstract static class Refusing extends CoreDouble {
    Refusing(StateMachine real) {
      super(real);
    }

    @Override
    public Decision decide(Command command, Now now) {
      Decision decision = super.decide(command, now);
      List<Event> events = new ArrayList<>(decision.events());
      List<Effect> effects = new ArrayList<>();
      for (Effect effect : decision.effects()) {
        boolean refusal =
            effect instanceof Effect.Send send
                && send.message().getAnswer().getVerdict() == Answer.Verdict.REFUSED;
        effects.add(
            refusal
                ? refused((Effect.Send) effect, command.getFromWorker().getReport(), events, now)
                : effect);
      }
      return new Decision(events, effects);
    }

    abstract Effect refused(Effect.Send refusal, Report report, List<Event> events, Now now);
  }

  /** The checkpoint of a refused report is released without a look at what is kept. */
  static final class ReleasesWhatIsSaidAgain extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Refusing(core) {
        @Override
        Effect refused(Effect.Send refusal, Report report, List<Event> events, Now now) {
          String key = report.getCheckpoint().getObject().getKey();
          if (!key.isEmpty() && events.isEmpty()) {
            events.add(
                Event.newBuilder()
                    .setMillis(now.wallMillis())
                    .setObjectsReleased(
                        ObjectsReleased.newBuilder()
                            .setJob(report.getLease().getTask().getJob())
                            .addKeys(key))
                    .build());
          }
          return refusal;
        }
      };
    }
  }

  /** Whoever staged files is told that nobody needs them, even if their list is journaled. */
  static final class HasStagedFilesRemoved extends Seams {
    @Override
    public StateMachine core(StateMachine core) {
      return new Refusing(core) {
        @Override
        Effect refused(Effect.Send refusal, Report report, List<Event> events, Now now) {
          var message = refusal.message().clone();
          message.getAnswerBuilder().setDiscard(true);
          return new Effect.Send(refusal.stream(), message);
        }
      };
    }
  }
}

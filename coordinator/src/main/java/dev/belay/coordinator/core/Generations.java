package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.FoundGeneration;
import dev.belay.runtime.proto.GenerationFounded;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.time.Now;

/**
 * How a cluster goes on that was recovered from its mirror: whatever was leased is leased no more,
 * and all epochs from then on are of a higher generation. The journal may have lost its end, so
 * epochs, checkpoints and jobs of the old generation may exist that it knows nothing of: under the
 * new one nothing can have their names, and what comes with an old one is refused.
 */
final class Generations {
  /** So that a record of it stays small: the command is given again until all is done. */
  private static final int MOST_RELEASES = 8_192;

  private final ClusterState state;

  Generations(ClusterState state) {
    this.state = state;
  }

  Decision found(FoundGeneration wanted, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    int generation = wanted.getEpochGeneration();
    if (Integer.compareUnsigned(generation, state.epochGeneration) <= 0) {
      return draft.done();
    }
    for (String incarnation : state.holdings.incarnations()) {
      for (Hold hold : state.holdings.of(incarnation).holds) {
        if (draft.size() == MOST_RELEASES) {
          return draft.done();
        }
        draft.add(draft.event().setTaskReleased(lost(hold, generation)));
      }
    }
    return draft
        .add(
            draft
                .event()
                .setGenerationFounded(
                    GenerationFounded.newBuilder().setEpochGeneration(generation)))
        .done();
  }

  /** Counts as no loss of its task, since everything was lost. */
  private static TaskReleased.Builder lost(Hold hold, int generation) {
    return TaskReleased.newBuilder()
        .setLease(hold.lease())
        .setCause(Cause.REGION_LOST)
        .setQueued(true)
        .setMessage(
            "worker "
                + hold.worker
                + " was lost with its region; generation "
                + Integer.toUnsignedString(generation)
                + " goes on");
  }

  /** Part of {@code apply}. */
  static void founded(ClusterState state, GenerationFounded event) {
    int generation = event.getEpochGeneration();
    if (Integer.compareUnsigned(generation, state.epochGeneration) <= 0) {
      throw new IllegalStateException(
          "generation %s after %s"
              .formatted(
                  Integer.toUnsignedString(generation),
                  Integer.toUnsignedString(state.epochGeneration)));
    }
    for (JobRecord job : state.jobs.values()) {
      if (job.held() > 0) {
        throw new IllegalStateException(job.id + " is leased under the generation before");
      }
      job.epochGeneration = generation;
    }
    state.epochGeneration = generation;
  }
}

package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.time.Now;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users want to happen: jobs to begin. Every request may come twice and happens once. */
final class Submissions {
  private static final int MAX_PARTITIONS = 1_000_000;
  private static final int MAX_TEXT = 4096;
  private static final int MAX_PARAMETERS = 1000;
  private static final int MAX_OUTPUTS = 100;
  static final int MAX_KEY = 200;

  /** Well under what one record of the journal may be; every assignment carries it. */
  private static final int MAX_SPEC_BYTES = 1 << 20;

  private static final long MIN_INTERVAL_MILLIS = 100;

  private final ClusterState state;
  private final Wishes wishes;

  Submissions(ClusterState state, JobNames names) {
    this.state = state;
    wishes = new Wishes(names);
  }

  Decision submit(Command command, SubmitRequest request, Now now) {
    JobRecord known = state.submits.get(request.getKey());
    if (known != null) {
      return Wishes.same(state, known.spec, request.getSpec())
          ? replied(command, known.id)
          : refuse(
              command,
              Reason.INVALID,
              "the key of this submit was used for " + known.id + ", which differs: use a new key");
    }
    String wrong = problem(request);
    if (wrong != null) {
      return refuse(command, Reason.INVALID, wrong);
    }
    String taken = claimed(state, request.getSpec(), null);
    if (taken != null) {
      return refuse(command, Reason.ALREADY_EXISTS, taken);
    }
    Wishes.Resolved resolved = wishes.resolve(request.getSpec());
    if (resolved.unknown() != null) {
      return Decision.of(resolved.unknown().refusal(command.getRequest()));
    }
    String id = state.nextJobId();
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    return draft
        .add(
            draft
                .event()
                .setJobSubmitted(
                    JobSubmitted.newBuilder()
                        .setJob(id)
                        .setKey(request.getKey())
                        .setSpec(resolved.spec())))
        .then(
            new Effect.Reply(
                command.getRequest(),
                SubmitReply.newBuilder().setJob(id).setNote(resolved.note()).build()))
        .done();
  }

  /**
   * Who writes to one of the outputs already, in one line; null: nobody.
   *
   * @param itself does not count; null: there is no such job yet
   */
  static @Nullable String claimed(ClusterState state, JobSpec spec, @Nullable JobRecord itself) {
    for (String output : spec.getOutputsList()) {
      for (Map.Entry<String, JobRecord> claim : state.claims.entrySet()) {
        if (claim.getValue() != itself
            && (within(output, claim.getKey()) || within(claim.getKey(), output))) {
          return "%s (%s) has not ended and writes to %s: choose another output, or cancel it"
              .formatted(claim.getValue().id, claim.getValue().name(), claim.getKey());
        }
      }
    }
    return null;
  }

  private static @Nullable String problem(SubmitRequest request) {
    JobSpec spec = request.getSpec();
    if (request.getKey().isEmpty() || request.getKey().length() > MAX_KEY) {
      return "a submit needs a key of 1 to 200 characters";
    }
    if (Unknown.in(spec)) {
      return "the job asks for something that this coordinator does not know: run the same version"
          + " of both";
    }
    if (spec.getJob().isEmpty() || spec.getJob().length() > 200 || spec.getName().length() > 200) {
      return "a job needs a name of 1 to 200 characters";
    }
    if (spec.getPartitions() < 0 || spec.getPartitions() > MAX_PARTITIONS) {
      return "partitions: from 1 to " + MAX_PARTITIONS;
    }
    if (spec.getCheckpointIntervalMillis() != 0
        && Long.compareUnsigned(spec.getCheckpointIntervalMillis(), MIN_INTERVAL_MILLIS) < 0) {
      return "the checkpoint interval is at least " + MIN_INTERVAL_MILLIS + " ms";
    }
    if (Integer.compareUnsigned(spec.getKeepCheckpoints(), Retention.MOST_CHECKPOINTS) > 0) {
      return "how many checkpoints are kept: from 1 to " + Retention.MOST_CHECKPOINTS;
    }
    if (Long.compareUnsigned(spec.getKeepForMillis(), Retention.MOST_MILLIS) > 0
        || Long.compareUnsigned(spec.getMaxCheckpointAgeMillis(), Retention.MOST_MILLIS) > 0) {
      return "checkpoints are kept for ten years at most";
    }
    boolean tooLong =
        spec.getParametersCount() > MAX_PARAMETERS
            || spec.getParametersList().stream()
                .anyMatch(p -> p.getKey().length() > 200 || p.getValue().length() > MAX_TEXT)
            || spec.getOutputsList().stream().anyMatch(output -> output.length() > MAX_TEXT);
    if (tooLong) {
      return "at most "
          + MAX_PARAMETERS
          + " parameters of at most "
          + MAX_TEXT
          + " characters each";
    }
    if (spec.getOutputsCount() > MAX_OUTPUTS || spec.getOutputsList().contains("")) {
      return "at most " + MAX_OUTPUTS + " outputs, none of them empty";
    }
    return spec.getSerializedSize() > MAX_SPEC_BYTES
        ? "a job's parameters are at most " + MAX_SPEC_BYTES + " bytes in all"
        : Wishes.problem(spec);
  }

  /** Whether a path is another, or lies below it. */
  private static boolean within(String path, String other) {
    return path.equals(other) || path.startsWith(other.endsWith("/") ? other : other + "/");
  }

  private static Decision replied(Command command, String id) {
    return Decision.of(
        new Effect.Reply(command.getRequest(), SubmitReply.newBuilder().setJob(id).build()));
  }

  private static Decision refuse(Command command, Reason reason, String message) {
    return Decision.of(new Effect.Refuse(command.getRequest(), reason, message));
  }
}

package dev.belay.jobs.ready;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a job from plan to publication within one thread and without a runtime, and lets its tasks
 * crash: at a random safe point the attempt ends, and the next one begins from one of the latest
 * checkpoints, with the segments that belonged to it. States and splits go through the real codec.
 */
final class JobHarness {
  private static final int CHECKPOINTS_KEPT = 3;

  private final Job job;
  private final Parameters parameters;
  private final Random random;
  private final int mostCrashes;
  private final Map<Class<?>, StateCodec> codecs = new HashMap<>();
  private OptionalInt partitions = OptionalInt.empty();
  private int crashes;
  private int cuts;

  /** A split as the plan's object holds it. */
  private record Planned(EncodedState split, Class<?> type) {}

  /**
   * A job that is yet to run.
   *
   * @param mostCrashes of each partition
   */
  JobHarness(Job job, Map<String, String> given, Random random, int mostCrashes) {
    this.job = job;
    this.parameters = Parameters.of(job, given);
    this.random = random;
    this.mostCrashes = mostCrashes;
  }

  JobHarness partitions(int number) {
    partitions = OptionalInt.of(number);
    return this;
  }

  /** Checks, plans, runs all partitions and publishes; returns the job's result. */
  Map<String, Object> run() throws Exception {
    job.check(parameters);
    return run(plan());
  }

  /** Runs with these splits in place of the job's own plan. */
  Map<String, Object> run(List<?> splits) throws Exception {
    HarnessPublication publication = new HarnessPublication(parameters);
    List<Object> all = new ArrayList<>(splits);
    for (int i = 0; i < all.size(); i++) {
      publication.add(runPartition(i, all.get(i), all::add));
    }
    if (mostCrashes > 0) {
      // Publishing is begun again from its start when its worker goes away.
      job.publish(publication.attempt());
    }
    HarnessPublication.Attempt last = publication.attempt();
    job.publish(last);
    return last.finish();
  }

  /** The plan that the job makes. */
  List<Object> plan() throws Exception {
    List<Object> splits = new ArrayList<>();
    job.plan(
        new Planning() {
          @Override
          public Parameters parameters() {
            return parameters;
          }

          @Override
          public OptionalInt partitions() {
            return partitions;
          }

          @Override
          public void add(Object split, long weight) {
            if (weight < 1) {
              throw new IllegalArgumentException("a weight of " + weight);
            }
            splits.add(split);
          }
        });
    return splits;
  }

  /** How often a task crashed. */
  int crashes() {
    return crashes;
  }

  /** How often a split was cut in two. */
  int cuts() {
    return cuts;
  }

  private HarnessTask.Done runPartition(int index, Object split, Consumer<Object> tails)
      throws Exception {
    Planned planned = new Planned(codec(split.getClass()).encode(split), split.getClass());
    List<HarnessTask.Checkpoint> checkpoints = new ArrayList<>();
    for (int attempt = 0; ; attempt++) {
      Object copy = codec(planned.type()).decode(planned.split(), planned.type());
      boolean mayCrash = attempt < mostCrashes;
      HarnessTask task =
          new HarnessTask(this::codec, parameters, index, copy, checkpoints, random, mayCrash);
      try {
        job.run(task);
        return task.done();
      } catch (HarnessTask.Crash e) {
        crashes++;
        if (job instanceof SplittableJob<?, ?> splittable && random.nextBoolean()) {
          planned = cut(splittable, planned, checkpoints, tails);
        }
        fallBack(checkpoints);
      }
    }
  }

  /** Splits at the newest checkpoint; a restore may well fall back behind it. */
  private <P, S> Planned cut(
      SplittableJob<P, S> splittable,
      Planned planned,
      List<HarnessTask.Checkpoint> checkpoints,
      Consumer<Object> tails)
      throws Exception {
    Class<P> type = splittable.splitType();
    S state =
        checkpoints.isEmpty()
            ? null
            : codec(splittable.stateType())
                .decode(checkpoints.get(checkpoints.size() - 1).state(), splittable.stateType());
    double fraction = 0.05 + 0.9 * random.nextDouble();
    Optional<Cut<P>> cut =
        splittable.split(codec(type).decode(planned.split(), type), state, fraction);
    if (cut.isEmpty()) {
      return planned;
    }
    cuts++;
    tails.accept(cut.get().tail());
    return new Planned(codec(type).encode(cut.get().head()), type);
  }

  /** The newest checkpoints may turn out to be unreadable. */
  private void fallBack(List<HarnessTask.Checkpoint> checkpoints) {
    int keep = Math.max(0, checkpoints.size() - random.nextInt(CHECKPOINTS_KEPT));
    checkpoints.subList(keep, checkpoints.size()).clear();
  }

  StateCodec codec(Class<?> type) {
    return codecs.computeIfAbsent(type, made -> StateCodec.of(job.stateTypes(), made));
  }
}

package dev.belay.worker.task;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job whose steps are what a test makes them. */
final class TestJob implements SplittableJob<TestJob.Share, TestJob.Count> {
  static final String NAME = "test";

  /** A count, and how it was come by. */
  static final class Count {
    long steps;
  }

  /** A split. */
  record Share(long until) {}

  /** Code of a test. */
  interface Step<T> {
    void accept(T argument) throws Exception;
  }

  /** How a test cuts. */
  interface Cutter {
    Optional<Cut<Share>> cut(Share share, @Nullable Count count, double fraction);
  }

  volatile Cutter split = (share, count, fraction) -> Optional.empty();
  volatile Step<Parameters> check = parameters -> {};
  volatile Step<Planning> plan = planning -> {};
  volatile Step<Task> run = task -> {};
  volatile Step<Publication> publish = publication -> {};

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "what a test makes of it";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.text("flavour", "of the test").orElse("plain"));
  }

  @Override
  public void check(Parameters parameters) {
    try {
      check.accept(parameters);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Class<Share> splitType() {
    return Share.class;
  }

  @Override
  public Class<Count> stateType() {
    return Count.class;
  }

  @Override
  public Optional<Cut<Share>> split(Share share, @Nullable Count count, double fraction) {
    return split.cut(share, count, fraction);
  }

  @Override
  public void plan(Planning planning) throws Exception {
    plan.accept(planning);
  }

  @Override
  public void run(Task task) throws Exception {
    run.accept(task);
  }

  @Override
  public void publish(Publication publication) throws Exception {
    publish.accept(publication);
  }
}

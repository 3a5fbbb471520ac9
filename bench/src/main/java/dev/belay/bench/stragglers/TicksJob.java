package dev.belay.bench.stragglers;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that take a given time and next to no processor, so that more of them run at once than
 * there are processors: each passes so many ticks of a millisecond, with a safe point in each.
 */
public final class TicksJob implements SplittableJob<TicksJob.Ticks, TicksJob.Passed> {
  static final String NAME = "bench-ticks";
  static final String FIRST = "first";
  static final String OTHERS = "others";

  private static final long TICK_NANOS = 1_000_000;
  private static final long LEAST_TICKS = 200;

  /** A split: from one tick up to but not including another. */
  static final class Ticks {
    long from;
    long to;

    /** For deserialisation alone. */
    private Ticks() {
      this(0, 0);
    }

    Ticks(long from, long to) {
      this.from = from;
      this.to = to;
    }
  }

  /** All ticks before next have passed, and not those before the split's beginning. */
  static final class Passed {
    long next;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "partitions that take a given time, for measuring";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.number(FIRST, "ms that the first partition takes", 1, 1_000_000_000),
        ParameterSpec.number(OTHERS, "ms that each of the others takes", 1, 1_000_000_000));
  }

  @Override
  public void plan(Planning planning) {
    long first = planning.parameters().number(FIRST);
    long others = planning.parameters().number(OTHERS);
    for (int i = 0; i < planning.partitions().orElse(1); i++) {
      planning.add(new Ticks(0, i == 0 ? first : others), i == 0 ? first : others);
    }
  }

  @Override
  public void run(Task task) {
    Ticks ticks = task.split(Ticks.class);
    run(task, ticks, 1);
  }

  /** Passes the ticks, each so many times as long. */
  static void run(Task task, Ticks ticks, int times) {
    Passed passed =
        task.state(
            Passed.class,
            () -> {
              Passed none = new Passed();
              none.next = ticks.from;
              return none;
            });
    long due = System.nanoTime();
    while (passed.next < ticks.to) {
      due += times * TICK_NANOS;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      passed.next++;
      task.progress(passed.next - ticks.from, ticks.to - ticks.from);
      task.checkpoint(passed);
    }
    task.result("ticks", ticks.to - ticks.from);
  }

  @Override
  public Class<Ticks> splitType() {
    return Ticks.class;
  }

  @Override
  public Class<Passed> stateType() {
    return Passed.class;
  }

  @Override
  public Optional<Cut<Ticks>> split(Ticks ticks, @Nullable Passed passed, double fraction) {
    long next = passed == null ? ticks.from : passed.next;
    long middle = next + (long) ((ticks.to - next) * fraction);
    return middle - next < LEAST_TICKS || ticks.to - middle < LEAST_TICKS
        ? Optional.empty()
        : Optional.of(new Cut<>(new Ticks(ticks.from, middle), new Ticks(middle, ticks.to)));
  }

  @Override
  public void publish(Publication publication) {
    long ticks = 0;
    for (Publication.Completion partition : publication.completions()) {
      ticks += partition.integer("ticks");
    }
    publication.result("ticks", ticks);
  }
}

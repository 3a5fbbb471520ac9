package dev.belay.jobs.e2e;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts numbers, one of which it cannot bear. */
public final class PoisonedJob implements SplittableJob<PoisonedJob.Numbers, PoisonedJob.Count> {
  static final long NUMBERS = 1_000_000;

  /** From one up to but not including another. */
  public record Numbers(long from, long to) {}

  /** How far it has come. */
  public static final class Count {
    long next;
    long counted;
  }

  @Override
  public String name() {
    return "poisoned";
  }

  @Override
  public String description() {
    return "counts numbers, but for one";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.number("bad", "which it cannot bear", 0, NUMBERS));
  }

  @Override
  public void plan(Planning planning) {
    planning.add(new Numbers(0, NUMBERS), 1);
  }

  @Override
  public void run(Task task) {
    Numbers numbers = task.split(Numbers.class);
    Count count = task.state(Count.class, Count::new);
    long bad = task.parameters().number("bad");
    for (long number = Math.max(count.next, numbers.from); number < numbers.to; number++) {
      if (number == bad) {
        throw new IllegalStateException("cannot bear " + number);
      }
      count.counted++;
      count.next = number + 1;
      task.checkpoint(count);
    }
    task.result("counted", count.counted);
  }

  @Override
  public Class<Numbers> splitType() {
    return Numbers.class;
  }

  @Override
  public Class<Count> stateType() {
    return Count.class;
  }

  @Override
  public Optional<Cut<Numbers>> split(Numbers numbers, @Nullable Count count, double fraction) {
    long next = count == null ? numbers.from : Math.max(count.next, numbers.from);
    return cutAt(numbers, next + (long) ((numbers.to - next) * fraction));
  }

  private static Optional<Cut<Numbers>> cutAt(Numbers numbers, long middle) {
    return middle <= numbers.from || middle >= numbers.to
        ? Optional.empty()
        : Optional.of(
            new Cut<>(new Numbers(numbers.from, middle), new Numbers(middle, numbers.to)));
  }

  @Override
  public void publish(Publication publication) {
    long counted = 0;
    for (Publication.Completion completion : publication.completions()) {
      counted += completion.integer("counted");
    }
    publication.result("counted", counted);
  }
}

package dev.belay.jobs.ready;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many primes there are up to a number. Pure computation with a tiny state, its result known to
 * the last digit: a yardstick for what Belay itself costs.
 */
public final class Primes implements SplittableJob<Primes.Split, Primes.Progress> {
  /** The most that is counted to: 10^13. */
  static final long LIMIT = 10_000_000_000_000L;

  private static final String UP_TO = "upTo";
  private static final String COUNT = "count";

  private static final long USUAL_NUMBERS = 1_000_000_000;
  private static final long LEAST_NUMBERS = 10_000_000;
  private static final int PARALLELISM = 8;
  private static final int MOST_PARTITIONS = 4096;

  private final long leastCut;

  public Primes() {
    this(LEAST_NUMBERS);
  }

  /** With a limit to how few numbers a piece of a split may hold. */
  Primes(long leastCut) {
    this.leastCut = leastCut;
  }

  /**
   * A partition's numbers.
   *
   * <p>Classes that are stored are no records: their fields must be free to change later.
   */
  static final class Split {
    private final long from;
    private final long to;

    /** For deserialisation alone. */
    private Split() {
      this(0, 0);
    }

    /** From a multiple of 30 up to but not including another number. */
    Split(long from, long to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public String toString() {
      return "the numbers from " + from + " up to but not including " + to;
    }
  }

  /** All primes below next, and not below the split's beginning, are counted. */
  static final class Progress {
    private long next;
    private long count;
  }

  @Override
  public String name() {
    return "primes";
  }

  @Override
  public String description() {
    return "counts the primes up to a number";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.number(UP_TO, "the largest number to look at, as 1e10", 0, LIMIT));
  }

  @Override
  public void plan(Planning planning) {
    long numbers = planning.parameters().number(UP_TO) + 1;
    long bytes = (numbers + Wheel.NUMBERS - 1) / Wheel.NUMBERS;
    long pieces = Math.min(bytes, planning.partitions().orElse(usualPartitions(numbers)));
    for (long i = 0; i < pieces; i++) {
      long from = border(bytes, i, pieces);
      long to = Math.min(numbers, border(bytes, i + 1, pieces));
      planning.add(new Split(from, to), weight(from, to));
    }
  }

  private static int usualPartitions(long numbers) {
    long forParallelism = Math.min(PARALLELISM, numbers / LEAST_NUMBERS);
    long partitions = Math.max(1, Math.max(forParallelism, numbers / USUAL_NUMBERS));
    return (int) Math.min(MOST_PARTITIONS, partitions);
  }

  private static long border(long bytes, long piece, long pieces) {
    return Math.multiplyExact(bytes, piece) / pieces * Wheel.NUMBERS;
  }

  /** The larger the numbers, the more primes strike out their multiples. */
  private static long weight(long from, long to) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(to);
    return Math.max(1, ((to - from) >> 20) * bits);
  }

  @Override
  public void run(Task task) {
    Split split = task.split(Split.class);
    Progress progress = task.state(Progress.class, () -> begin(split));
    Sieve sieve = new Sieve(progress.next, split.to);
    while (sieve.position() < split.to) {
      progress.count += sieve.countNext();
      progress.next = sieve.position();
      task.progress(Math.min(progress.next, split.to) - split.from, split.to - split.from);
      task.checkpoint(progress);
    }
    task.result(COUNT, progress.count);
  }

  @Override
  public Class<Split> splitType() {
    return Split.class;
  }

  @Override
  public Class<Progress> stateType() {
    return Progress.class;
  }

  @Override
  public Optional<Cut<Split>> split(Split split, @Nullable Progress progress, double fraction) {
    long next = progress == null ? split.from : progress.next;
    long kept = (long) ((split.to - next) * fraction) / Wheel.NUMBERS * Wheel.NUMBERS;
    long middle = next + kept;
    return kept < leastCut || split.to - middle < leastCut
        ? Optional.empty()
        : Optional.of(new Cut<>(new Split(split.from, middle), new Split(middle, split.to)));
  }

  @Override
  public Optional<Cut<Split>> bisect(Split split, @Nullable Progress progress) {
    long next = progress == null ? split.from : progress.next;
    long middle = next + (split.to - next) / 2 / Wheel.NUMBERS * Wheel.NUMBERS;
    return middle == split.from || middle >= split.to
        ? Optional.empty()
        : Optional.of(new Cut<>(new Split(split.from, middle), new Split(middle, split.to)));
  }

  private static Progress begin(Split split) {
    Progress progress = new Progress();
    progress.next = split.from;
    return progress;
  }

  @Override
  public void publish(Publication publication) {
    long count = 0;
    for (Publication.Completion completion : publication.completions()) {
      count += completion.integer(COUNT);
    }
    publication.result(COUNT, count);
  }
}

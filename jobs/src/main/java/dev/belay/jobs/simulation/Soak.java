package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.machine.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Many schedules, one a seed, on some threads; ends at the first that fails. */
public final class Soak {
  /** From the first seed to the last, both included. */
  public record Seeds(long first, long last) {
    public Seeds {
      if (last < first) {
        throw new IllegalArgumentException("seeds from " + first + " to " + last);
      }
    }

    public long count() {
      return last - first + 1;
    }
  }

  /**
   * What came of it.
   *
   * @param passed schedules
   * @param injected what went wrong on purpose, in all of them
   * @param millis of virtual time
   * @param failure of the lowest seed that failed; null: none did
   */
  public record Summary(
      long passed, Counts injected, long millis, long events, @Nullable Outcome failure) {}

  private final Seeds seeds;
  private final Options options;
  private final Supplier<Seams> seams;
  private final AtomicLong next;

  private long passed;
  private long millis;
  private long events;
  private final Counts injected = new Counts();
  private @Nullable Outcome failure;

  /**
   * @param seams made anew for each schedule
   */
  public Soak(Seeds seeds, Options options, Supplier<Seams> seams) {
    this.seeds = seeds;
    this.options = options;
    this.seams = seams;
    this.next = new AtomicLong();
  }

  /** Blocks until all have passed, one has failed, or it is asked to stop. */
  public Summary run(int threads, BooleanSupplier stop) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(() -> work(stop), "belay-simulation-" + i);
      worker.setDaemon(true);
      workers.add(worker);
      worker.start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return summary();
  }

  private void work(BooleanSupplier stop) {
    long count = seeds.last() - seeds.first();
    for (long done = next.getAndIncrement(); done <= count; done = next.getAndIncrement()) {
      long seed = seeds.first() + done;
      if (failedBefore(seed) != null || stop.getAsBoolean()) {
        return;
      }
      add(Simulation.run(seed, options, seams.get(), line -> {}));
    }
  }

  private synchronized @Nullable Outcome failedBefore(long seed) {
    return failure != null && failure.seed() < seed ? failure : null;
  }

  private synchronized void add(Outcome outcome) {
    injected.addAll(outcome.injected());
    millis += outcome.millis();
    events += outcome.events();
    if (outcome.passed()) {
      passed++;
    } else if (failure == null || outcome.seed() < failure.seed()) {
      failure = outcome;
    }
  }

  /** As it stands now; for any thread. */
  public synchronized Summary summary() {
    Counts copy = new Counts();
    copy.addAll(injected);
    return new Summary(passed, copy, millis, events, failure);
  }
}

package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.machine.Counts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one schedule went.
 *
 * @param hash of its trace
 * @param failure what did not hold; null: everything did
 * @param last the last lines of the trace
 * @param injected what went wrong on purpose
 * @param millis of virtual time
 */
public record Outcome(
    long seed,
    Options options,
    long hash,
    @Nullable Throwable failure,
    List<String> last,
    Counts injected,
    long millis,
    long events) {
  public boolean passed() {
    return failure == null;
  }

  /** The hash as it is written. */
  public String hashText() {
    return String.format("%016x", hash);
  }

  /** What to type to see it again. */
  public String replay() {
    return ("belay simulate --seed " + seed + " " + options.text()).strip() + " --trace";
  }
}

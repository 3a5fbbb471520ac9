package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.faults.Fault;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * What a schedule is drawn within. Zero: drawn from the seed.
 *
 * @param faults what may go wrong
 * @param workers how many
 * @param jobs how many
 * @param millis of virtual time until nothing goes wrong any more
 */
public record Options(Set<Fault> faults, int workers, int jobs, long millis) {
  public static final Options DEFAULT = new Options(EnumSet.allOf(Fault.class), 0, 0, 0);

  public Options {
    EnumSet<Fault> sorted = EnumSet.noneOf(Fault.class);
    sorted.addAll(faults);
    faults = java.util.Collections.unmodifiableSet(sorted);
  }

  /** As the command line has them; empty: as they are by default. */
  public String text() {
    StringJoiner words = new StringJoiner(" ");
    if (faults.size() < Fault.values().length) {
      words.add(
          "--faults "
              + (faults.isEmpty()
                  ? "none"
                  : faults.stream().map(Fault::option).collect(Collectors.joining(","))));
    }
    if (workers > 0) {
      words.add("--workers " + workers);
    }
    if (jobs > 0) {
      words.add("--submits " + jobs);
    }
    if (millis > 0) {
      words.add("--millis " + millis);
    }
    return words.toString();
  }
}

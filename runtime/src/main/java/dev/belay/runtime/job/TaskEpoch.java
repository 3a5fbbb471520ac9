package dev.belay.runtime.job;

/**
 * The fencing token of this attempt: higher than that of every earlier attempt at the same
 * partition. A sink outside Belay that remembers the highest one it has seen, and refuses lower
 * ones, is safe from attempts that lost their lease.
 *
 * @param generation raised by a recovery in another region
 * @param counter raised by each assignment
 */
public record TaskEpoch(int generation, long counter) implements Comparable<TaskEpoch> {
  @Override
  public int compareTo(TaskEpoch other) {
    int byGeneration = Integer.compare(generation, other.generation);
    return byGeneration != 0 ? byGeneration : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return generation + "." + counter;
  }
}

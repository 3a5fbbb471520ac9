package dev.belay.runtime.job;

import java.util.OptionalInt;

/** Where {@link Job#plan} puts its splits. For one thread. */
public interface Planning {
  Parameters parameters();

  /**
   * How many partitions the user asked for, if any: a wish, which a job may round to what makes
   * sense.
   */
  OptionalInt partitions();

  /**
   * Adds a split: the next partition.
   *
   * @param split an object of a {@linkplain Job#stateTypes registered} class; its own class is
   *     registered by this call
   * @param weight how much work it is, relative to the others; at least 1
   */
  void add(Object split, long weight);
}

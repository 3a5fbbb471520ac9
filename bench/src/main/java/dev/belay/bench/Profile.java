package dev.belay.bench;

/**
 * How long to measure. A round is a JVM of its own for each benchmark, one after the other, so that
 * what disturbs the machine for a while does not disturb one side of a comparison alone.
 *
 * @param rounds JVMs for each benchmark; 0: none, within this one, which only shows that it runs
 * @param warmups iterations that do not count
 * @param iterations that do, in each round
 */
public record Profile(String name, int rounds, int warmups, int iterations, long iterationMillis) {
  /** Only whether everything still runs. */
  static final Profile SMOKE = new Profile("smoke", 0, 0, 1, 10);

  static final Profile QUICK = new Profile("quick", 2, 3, 5, 300);
  static final Profile FULL = new Profile("full", 5, 5, 10, 1000);

  public boolean smoke() {
    return rounds == 0;
  }

  public boolean full() {
    return this == FULL;
  }
}

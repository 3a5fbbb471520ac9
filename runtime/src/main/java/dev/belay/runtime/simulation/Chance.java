package dev.belay.runtime.simulation;

import java.util.List;

/**
 * A source of random numbers that is the same on every JDK: SplitMix64 (Steele, Lea and Flood,
 * 2014), written out here. State and seed are one 64-bit number; each draw adds the constant {@code
 * 0x9e3779b97f4a7c15} to it and returns the sum, mixed.
 *
 * <p>{@link #split} gives a source of its own to whoever draws, by name: so one that draws more, or
 * is new, does not change what the others draw.
 */
public final class Chance {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private final long seed;
  private long state;

  public Chance(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** Depends on the seed and the name, not on what was drawn so far. */
  public Chance split(String name) {
    long hash = mix(seed);
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash + GAMMA + name.charAt(i));
    }
    return new Chance(hash);
  }

  public long next() {
    state += GAMMA;
    return mix(state);
  }

  /** From 0 to one below the bound, which is positive. */
  public int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** Both ends included. */
  public long between(long low, long high) {
    return low + Long.remainderUnsigned(next(), high - low + 1);
  }

  public boolean oneIn(int times) {
    return below(times) == 0;
  }

  /** True in so many cases of a thousand. */
  public boolean permille(int cases) {
    return below(1_000) < cases;
  }

  public <T> T of(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}

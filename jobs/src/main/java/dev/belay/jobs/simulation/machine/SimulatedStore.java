package dev.belay.jobs.simulation.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shared store: immutable objects by key. It may be slow, out of reach, fail a put that it
 * nevertheless stored, and damage what it holds.
 */
public final class SimulatedStore {
  /** How a request ended. */
  public enum Result {
    OK,
    UNAVAILABLE,
    CORRUPT,
    MISSING
  }

  /** Is given the content, null unless it is OK. */
  public interface Reader {
    void read(Result result, @Nullable Object content);
  }

  /** Hears of what no store would allow. */
  public interface Guard {
    void overwritten(String key);

    void deleted(String key);
  }

  private record Stored(long digest, Object content) {}

  private final World world;
  private final Guard guard;
  private final Map<String, Stored> objects = new TreeMap<>();
  private final Map<String, Result> damaged = new TreeMap<>();
  private final Set<String> hiddenFrom = new TreeSet<>();
  private boolean reachable = true;
  private int errorPermille;
  private long mostMicros = 2_000;

  public SimulatedStore(World world, Guard guard) {
    this.world = world;
    this.guard = guard;
  }

  // ---- what may go wrong

  public void reachable(boolean now) {
    reachable = now;
  }

  /** Whether one machine alone cannot reach it. */
  public void hide(String process, boolean now) {
    if (now) {
      hiddenFrom.add(process);
    } else {
      hiddenFrom.remove(process);
    }
  }

  /** Whether a process could use it now. */
  public boolean isReachedBy(SimulatedProcess process) {
    return reachable && !hiddenFrom.contains(process.name());
  }

  /** How many requests in a thousand fail; half of the puts among them are stored all the same. */
  public void errors(int permille) {
    errorPermille = permille;
  }

  public void slow(long mostMicros) {
    this.mostMicros = mostMicros;
  }

  public void heal() {
    reachable = true;
    hiddenFrom.clear();
    errorPermille = 0;
    mostMicros = 2_000;
  }

  /** An object rots, or is gone. */
  public void damage(String key, Result how) {
    damaged.put(key, how);
  }

  /** Whether it was damaged on purpose. */
  public boolean isDamaged(String key) {
    return damaged.containsKey(key);
  }

  // ---- requests, each answered in the process that made it

  public void put(
      SimulatedProcess by, String key, long digest, Object content, Consumer<Result> answer) {
    world
        .time()
        .after(
            delay(),
            () -> {
              boolean fails = fails(by);
              boolean ambiguous = fails && isReachedBy(by) && world.chance().oneIn(2);
              if (!fails || ambiguous) {
                store(key, new Stored(digest, content));
              }
              if (ambiguous) {
                world.injected().add("ambiguous put");
              }
              by.after(delay(), () -> answer.accept(fails ? Result.UNAVAILABLE : Result.OK));
            });
  }

  private void store(String key, Stored object) {
    Stored before = objects.put(key, object);
    if (before != null) {
      guard.overwritten(key);
    }
  }

  public void get(SimulatedProcess by, String key, long digest, Reader reader) {
    world.time().after(delay(), () -> by.after(delay(), () -> read(by, key, digest, reader)));
  }

  private void read(SimulatedProcess by, String key, long digest, Reader reader) {
    Stored stored = objects.get(key);
    Result damage = damaged.get(key);
    if (fails(by)) {
      reader.read(Result.UNAVAILABLE, null);
    } else if (stored == null || damage == Result.MISSING) {
      reader.read(Result.MISSING, null);
    } else if (damage == Result.CORRUPT || stored.digest != digest) {
      reader.read(Result.CORRUPT, null);
    } else {
      reader.read(Result.OK, stored.content);
    }
  }

  /** Deletes; answers whether it could. */
  public void delete(
      SimulatedProcess by, List<String> keys, String prefix, boolean all, Consumer<Boolean> done) {
    world
        .time()
        .after(
            delay(),
            () -> {
              boolean fails = fails(by);
              if (!fails) {
                List<String> gone = all ? below(prefix + "/") : keys;
                gone.forEach(this::remove);
              }
              by.after(delay(), () -> done.accept(!fails));
            });
  }

  private void remove(String key) {
    if (objects.remove(key) != null) {
      guard.deleted(key);
    }
  }

  private List<String> below(String prefix) {
    return new ArrayList<>(
        objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList());
  }

  private boolean fails(SimulatedProcess by) {
    boolean fails =
        !isReachedBy(by) || (errorPermille > 0 && world.chance().permille(errorPermille));
    if (fails) {
      world.injected().add("store request failed");
    }
    return fails;
  }

  private long delay() {
    return 1_000 * world.chance().between(100, mostMicros);
  }
}

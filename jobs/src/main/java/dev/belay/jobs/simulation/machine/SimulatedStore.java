package dev.belay.jobs.simulation.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shared store: immutable objects by key. It may be slow, out of reach, fail a put that it
 * nevertheless stored, and damage what it holds. Large objects come in parts, as an upload that is
 * begun and finished later, or never.
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

  /** Hears of what no store would allow, and of what is gone for ever. */
  public interface Guard {
    void overwritten(String key);

    void deleted(String key);

    /** By who has an old copy of the journal. */
    void deletedByStrangers(String key);

    /** An upload that was begun can no longer be finished. */
    void abandoned(String key);
  }

  /** Of all objects one in so many is uploaded in parts. */
  private static final int LARGE = 5;

  private static final long MOST_PARTS_MICROS = 300_000;

  /** So many objects are deleted in one request. */
  private static final int DELETES = 2;

  private record Stored(long digest, Object content) {}

  private final World world;
  private final Guard guard;
  private final Map<String, Stored> objects = new TreeMap<>();
  private final Set<String> uploads = new TreeSet<>();
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

  // ---- what it holds now, whoever could see it

  public List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  /** Keys of uploads that were begun and not finished. */
  public List<String> uploads() {
    return List.copyOf(uploads);
  }

  // ---- requests, each answered in the process that made it

  public void put(
      SimulatedProcess by, String key, long digest, Object content, Consumer<Result> answer) {
    Stored object = new Stored(digest, content);
    boolean large = world.chance().oneIn(LARGE);
    world.time().after(delay(), () -> arrives(by, key, object, large, answer));
  }

  private void arrives(
      SimulatedProcess by, String key, Stored object, boolean large, Consumer<Result> answer) {
    if (!large) {
      put(by, key, object, answer);
    } else if (fails(by)) {
      by.after(delay(), () -> answer.accept(Result.UNAVAILABLE));
    } else {
      uploads.add(key);
      world.time().after(delay() + partsNanos(), () -> finishes(by, key, object, answer));
    }
  }

  private void finishes(SimulatedProcess by, String key, Stored object, Consumer<Result> answer) {
    if (!by.alive()) {
      world.injected().add("upload never finished");
    } else if (by.paused()) {
      by.after(0, () -> finishes(by, key, object, answer));
    } else if (uploads.contains(key)) {
      put(by, key, object, answer);
    } else {
      world.injected().add("upload was abandoned");
      by.after(delay(), () -> answer.accept(Result.UNAVAILABLE));
    }
  }

  private void put(SimulatedProcess by, String key, Stored object, Consumer<Result> answer) {
    boolean fails = fails(by);
    boolean ambiguous = fails && isReachedBy(by) && world.chance().oneIn(2);
    if (!fails || ambiguous) {
      uploads.remove(key);
      store(key, object);
    }
    if (ambiguous) {
      world.injected().add("ambiguous put");
    }
    by.after(delay(), () -> answer.accept(fails ? Result.UNAVAILABLE : Result.OK));
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

  /** Deletes, some at a time, as long as who wants it lives; answers whether it could. */
  public void delete(
      SimulatedProcess by, List<String> keys, String prefix, boolean all, Consumer<Boolean> done) {
    world
        .time()
        .after(
            delay(),
            () -> {
              Deque<String> gone = new ArrayDeque<>(all ? below(objects, prefix + "/") : keys);
              deleteNext(by, gone, done);
            });
  }

  private void deleteNext(SimulatedProcess by, Deque<String> left, Consumer<Boolean> done) {
    if (fails(by)) {
      by.after(delay(), () -> done.accept(false));
      return;
    }
    for (int i = 0; i < DELETES && !left.isEmpty(); i++) {
      String key = left.remove();
      if (objects.remove(key) != null) {
        guard.deleted(key);
      }
    }
    if (left.isEmpty()) {
      by.after(delay(), () -> done.accept(true));
    } else {
      by.after(delay(), () -> deleteNext(by, left, done));
    }
  }

  /** Answers with the keys below a prefix; null: it could not. */
  public void list(SimulatedProcess by, String prefix, Consumer<@Nullable List<String>> answer) {
    ask(by, () -> below(objects, prefix), answer);
  }

  /** As above, of uploads that were begun and not finished. */
  public void unfinished(
      SimulatedProcess by, String prefix, Consumer<@Nullable List<String>> answer) {
    ask(by, () -> uploads.stream().filter(key -> key.startsWith(prefix)).toList(), answer);
  }

  private void ask(
      SimulatedProcess by,
      Supplier<List<String>> question,
      Consumer<@Nullable List<String>> answer) {
    world
        .time()
        .after(
            delay(),
            () -> {
              List<String> found = fails(by) ? null : question.get();
              by.after(delay(), () -> answer.accept(found));
            });
  }

  /** An upload is not to be finished; whoever is at it will be told so. */
  public void abandon(SimulatedProcess by, String key, Runnable done) {
    world
        .time()
        .after(
            delay(),
            () -> {
              if (!fails(by) && uploads.remove(key)) {
                guard.abandoned(key);
              }
              by.after(delay(), done);
            });
  }

  /** Somebody else deletes these, and ends uploads of them. */
  public void deletedByStrangers(Iterable<String> keys) {
    for (String key : keys) {
      if (objects.remove(key) != null) {
        guard.deletedByStrangers(key);
      }
      if (uploads.remove(key)) {
        guard.abandoned(key);
      }
    }
  }

  private static List<String> below(Map<String, ?> objects, String prefix) {
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

  /** What all parts of a large object take, beside the first. */
  private long partsNanos() {
    return 1_000 * world.chance().between(0, MOST_PARTS_MICROS);
  }

  private long delay() {
    return 1_000 * world.chance().between(100, mostMicros);
  }
}

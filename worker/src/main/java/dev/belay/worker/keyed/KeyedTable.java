package dev.belay.worker.keyed;

import dev.belay.runtime.job.KeyedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A keyed state in memory, and the log of it in the checkpoints.
 *
 * <p>At most one checkpoint is on its way. What it wrote is part of the log once it counts; if it
 * comes to nothing, its keys have changed still. The methods of {@link KeyedState} and {@link
 * #take} are for the task's thread; how the checkpoint ended may be told by any.
 */
public final class KeyedTable<K, V> implements KeyedState<K, V> {
  private final Class<K> keyType;
  private final Class<V> valueType;
  private final Map<K, V> entries = new HashMap<>();

  /** Put or removed since the last checkpoint was taken. */
  private Set<K> changed = new HashSet<>();

  private PartLog log = PartLog.EMPTY;

  /** Of the checkpoint that was taken last. */
  private @Nullable Taken<K> taken;

  private enum Fate {
    UNKNOWN,
    COUNTS,
    IN_VAIN
  }

  private volatile Fate fate = Fate.COUNTS;

  private record Taken<K>(Set<K> changed, PartLog log) {}

  /**
   * What a checkpoint has of the map.
   *
   * @param reused the parts that are as in the checkpoint before, by number
   * @param number of the new part; -1: there is none, since nothing has changed
   * @param records of the new part: a key and its value, or null where it was removed, in turn
   */
  public record Change(List<Long> reused, long number, Object[] records) {}

  public KeyedTable(Class<K> keyType, Class<V> valueType) {
    this.keyType = keyType;
    this.valueType = valueType;
  }

  @Override
  public @Nullable V get(K key) {
    return entries.get(key);
  }

  @Override
  public @Nullable V put(K key, V value) {
    V before = entries.put(checked(keyType, key), checked(valueType, value));
    changed.add(key);
    return before;
  }

  @Override
  public @Nullable V remove(K key) {
    V before = entries.remove(key);
    if (before != null) {
      changed.add(key);
    }
    return before;
  }

  @Override
  public V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> together) {
    V old = entries.get(key);
    V now = old == null ? value : together.apply(old, value);
    put(key, now);
    return now;
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> action) {
    entries.forEach(action);
  }

  /** The parts that the checkpoint before has of it, by number. */
  public List<Long> parts() {
    settle();
    return numbers(log, log.parts().size());
  }

  /** Forgets everything: it is to be filled again. */
  public void clear() {
    entries.clear();
    changed = new HashSet<>();
    log = PartLog.EMPTY;
    taken = null;
    fate = Fate.COUNTS;
  }

  /**
   * What the next checkpoint is to have; how it ended has to be told before there is another.
   *
   * @param whole whether it may reuse nothing
   */
  public Change take(boolean whole) {
    settle();
    int kept = whole ? 0 : log.kept(changed.size(), entries.size());
    if (!whole && changed.isEmpty() && kept == log.parts().size()) {
      taken = new Taken<>(Set.of(), log);
      fate = Fate.UNKNOWN;
      return new Change(numbers(log, kept), -1, new Object[0]);
    }
    Collection<?> keys = kept == 0 ? entries.keySet() : log.keysFrom(kept, changed);
    Object[] all = keys.toArray();
    PartLog next = all.length == 0 ? PartLog.EMPTY : log.with(kept, all);
    taken = new Taken<>(changed, next);
    changed = new HashSet<>();
    fate = Fate.UNKNOWN;
    return new Change(numbers(log, kept), all.length == 0 ? -1 : next.last(), records(all));
  }

  private Object[] records(Object[] keys) {
    Object[] records = new Object[2 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      records[2 * i] = keys[i];
      records[2 * i + 1] = entries.get(keys[i]);
    }
    return records;
  }

  /** The checkpoint that was taken last counts. */
  public void counts() {
    fate = Fate.COUNTS;
  }

  /** It does not, and never will. */
  public void inVain() {
    fate = Fate.IN_VAIN;
  }

  /**
   * Replays a part, the oldest first.
   *
   * @throws IllegalArgumentException if these are no records of this map
   */
  public void replay(long number, Object[] records) {
    if (records.length % 2 != 0) {
      throw new IllegalArgumentException("a key without a value");
    }
    Object[] keys = new Object[records.length / 2];
    for (int i = 0; i < keys.length; i++) {
      K key = keyType.cast(Objects.requireNonNull(records[2 * i], "key"));
      V value = valueType.cast(records[2 * i + 1]);
      keys[i] = key;
      if (value == null) {
        entries.remove(key);
      } else {
        entries.put(key, value);
      }
    }
    List<Part> parts = new ArrayList<>(log.parts());
    parts.add(new Part(number, keys));
    log = new PartLog(parts);
  }

  private void settle() {
    Taken<K> last = taken;
    if (last == null) {
      return;
    }
    switch (fate) {
      case UNKNOWN -> throw new IllegalStateException("a checkpoint is still on its way");
      case COUNTS -> log = last.log();
      case IN_VAIN -> changed.addAll(last.changed());
    }
    taken = null;
  }

  private static <T> T checked(Class<T> type, T object) {
    if (!type.isInstance(object)) {
      throw new IllegalArgumentException(
          "this keyed state has a " + type.getTypeName() + " there, not " + object);
    }
    return object;
  }

  private static List<Long> numbers(PartLog log, int count) {
    return log.parts().subList(0, count).stream().map(Part::number).toList();
  }

  @Override
  public String toString() {
    return "keyed state of " + entries.size() + " keys in parts " + Arrays.toString(sizes());
  }

  private int[] sizes() {
    return log.parts().stream().mapToInt(Part::size).toArray();
  }
}

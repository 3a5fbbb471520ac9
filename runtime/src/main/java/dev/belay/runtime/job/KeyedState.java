package dev.belay.runtime.job;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A large map that is part of a partition's state, and of which a checkpoint writes only what was
 * put or removed since the one before: for millions of keys of which few change at a time. See
 * {@link Task#keyed}.
 *
 * <p>Keys and values are as {@link Task#state} has them: of registered types. Keys have equals and
 * hashCode. A value that is changed in place must be put again, or the change is not saved.
 *
 * <p>For the task's own thread.
 */
public interface KeyedState<K, V> {
  /** Null: there is none. */
  @Nullable V get(K key);

  /** What there was before; null: nothing. */
  @Nullable V put(K key, V value);

  /** What there was; null: nothing. */
  @Nullable V remove(K key);

  /**
   * Puts the value where there is none, and else what the function makes of the old and this one.
   *
   * @return what is there now
   */
  V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> together);

  /** How many keys have a value. */
  int size();

  /** All of them, in no particular order; the map must not change meanwhile. */
  void forEach(BiConsumer<? super K, ? super V> action);
}

package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collections and maps: a length, and then the elements, each with its type id. */
final class CollectionSerializers {
  private CollectionSerializers() {}

  /**
   * Makes an empty one for elements to be added to.
   *
   * @param <C> the type
   */
  @FunctionalInterface
  interface Sized<C> {
    C make(int size);
  }

  static <C extends Collection<Object>> StateSerializer<C> collection(Sized<C> constructor) {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, C collection) {
        writeElements(kryo, out, collection);
      }

      @Override
      C read(Kryo kryo, StateInput in) {
        int size = in.readLength(1);
        C collection = constructor.make(size);
        for (int i = 0; i < size; i++) {
          collection.add(kryo.readClassAndObject(in));
        }
        return collection;
      }
    };
  }

  static <M extends Map<Object, Object>> StateSerializer<M> map(Sized<M> constructor) {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, M map) {
        writeEntries(kryo, out, map);
      }

      @Override
      M read(Kryo kryo, StateInput in) {
        int size = in.readLength(2);
        M map = constructor.make(size);
        readEntries(kryo, in, size, map);
        return map;
      }
    };
  }

  /** What is built from an array of all elements at once. */
  static StateSerializer<Collection<Object>> fromArray(
      Function<Object[], Collection<Object>> constructor) {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, Collection<Object> collection) {
        writeElements(kryo, out, collection);
      }

      @Override
      Collection<Object> read(Kryo kryo, StateInput in) {
        return constructor.apply(readElements(kryo, in).toArray());
      }
    };
  }

  /** Stream.toList() gives the same class as List.of(), and may hold null. */
  static Collection<Object> immutableList(Object[] elements) {
    return Arrays.stream(elements).anyMatch(e -> e == null)
        ? Arrays.stream(elements).toList()
        : List.of(elements);
  }

  static Collection<Object> immutableSet(Object[] elements) {
    return Set.of(elements);
  }

  static StateSerializer<Map<Object, Object>> immutableMap() {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, Map<Object, Object> map) {
        writeEntries(kryo, out, map);
      }

      @Override
      Map<Object, Object> read(Kryo kryo, StateInput in) {
        Map<Object, Object> entries = new HashMap<>();
        readEntries(kryo, in, in.readLength(2), entries);
        return Map.copyOf(entries);
      }
    };
  }

  static StateSerializer<TreeMap<Object, Object>> treeMap() {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, TreeMap<Object, Object> map) {
        kryo.writeClassAndObject(out, map.comparator());
        writeEntries(kryo, out, map);
      }

      @Override
      TreeMap<Object, Object> read(Kryo kryo, StateInput in) {
        TreeMap<Object, Object> map = new TreeMap<>(readComparator(kryo, in));
        // In their order, which spares the tree all comparisons of a rebalance.
        readEntries(kryo, in, in.readLength(2), map);
        return map;
      }
    };
  }

  static StateSerializer<TreeSet<Object>> treeSet() {
    return ordered(TreeSet::comparator, (comparator, size) -> new TreeSet<>(comparator));
  }

  static StateSerializer<PriorityQueue<Object>> priorityQueue() {
    return ordered(
        PriorityQueue::comparator,
        (comparator, size) -> new PriorityQueue<>(Math.max(1, presized(size)), comparator));
  }

  private static <C extends Collection<Object>> StateSerializer<C> ordered(
      Function<C, @Nullable Comparator<? super Object>> comparatorOf,
      BiFunction<@Nullable Comparator<? super Object>, Integer, C> constructor) {
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, C collection) {
        kryo.writeClassAndObject(out, comparatorOf.apply(collection));
        writeElements(kryo, out, collection);
      }

      @Override
      C read(Kryo kryo, StateInput in) {
        Comparator<? super Object> comparator = readComparator(kryo, in);
        int size = in.readLength(1);
        C collection = constructor.apply(comparator, size);
        for (int i = 0; i < size; i++) {
          collection.add(kryo.readClassAndObject(in));
        }
        return collection;
      }
    };
  }

  static StateSerializer<LinkedHashMap<Object, Object>> linkedMap() {
    return map(size -> new LinkedHashMap<>(capacity(size)));
  }

  /** Of a hash table that need not grow while it is filled, unless it is large. */
  static int capacity(int size) {
    return (int) (presized(size) / 0.75) + 1;
  }

  /** Room is made for no more than this before the elements are there: a length may be damaged. */
  static int presized(int size) {
    return Math.min(size, 16 << 10);
  }

  private static void writeElements(Kryo kryo, StateOutput out, Collection<?> collection) {
    int size = collection.size();
    out.writeVarLong(size, true);
    int written = 0;
    for (Object element : collection) {
      kryo.writeClassAndObject(out, element);
      written++;
    }
    checkUnchanged(size, written);
  }

  private static void writeEntries(Kryo kryo, StateOutput out, Map<?, ?> map) {
    int size = map.size();
    out.writeVarLong(size, true);
    int written = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      kryo.writeClassAndObject(out, entry.getKey());
      kryo.writeClassAndObject(out, entry.getValue());
      written++;
    }
    checkUnchanged(size, written);
  }

  static List<Object> readElements(Kryo kryo, StateInput in) {
    int size = in.readLength(1);
    List<Object> elements = new ArrayList<>(presized(size));
    for (int i = 0; i < size; i++) {
      elements.add(kryo.readClassAndObject(in));
    }
    return elements;
  }

  private static void checkUnchanged(int size, int written) {
    if (size != written) {
      throw new ConcurrentModificationException();
    }
  }

  private static void readEntries(Kryo kryo, StateInput in, int size, Map<Object, Object> map) {
    for (int i = 0; i < size; i++) {
      Object key = kryo.readClassAndObject(in);
      map.put(key, kryo.readClassAndObject(in));
    }
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Comparator<? super Object> readComparator(Kryo kryo, StateInput in) {
    Object comparator = kryo.readClassAndObject(in);
    if (comparator != null && !(comparator instanceof Comparator)) {
      throw UnreadableStateException.corrupt("a comparator was expected");
    }
    return (Comparator<? super Object>) comparator;
  }
}

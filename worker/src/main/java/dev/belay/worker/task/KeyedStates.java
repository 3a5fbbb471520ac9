package dev.belay.worker.task;

import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.StoredCheckpoint;
import dev.belay.storage.state.StateCodec;
import dev.belay.worker.keyed.KeyedTable;
import dev.belay.worker.keyed.KeyedTable.Change;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keyed states of a partition. Each part of each lies in a section {@code keyed/NAME/NUMBER} of
 * the checkpoints: an Object[] of keys and values in turn, null for a key that was removed.
 *
 * <p>For the attempt's thread, but for {@link #landed}.
 */
final class KeyedStates {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final Pattern SECTION = Pattern.compile("keyed/([A-Za-z0-9_-]+)/(\\d{1,18})");

  private final Map<String, KeyedTable<?, ?>> tables = new LinkedHashMap<>();
  private final List<Class<?>> types = new ArrayList<>();

  /** Begins one; it is empty until a checkpoint fills it. */
  <K, V> KeyedState<K, V> open(String name, Class<K> keyType, Class<V> valueType) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name of a keyed state: use letters, digits, '-' and '_'");
    }
    KeyedTable<K, V> table = new KeyedTable<>(keyType, valueType);
    if (tables.putIfAbsent(name, table) != null) {
      throw new IllegalStateException("there is a keyed state \"" + name + "\" already");
    }
    types.add(keyType);
    types.add(valueType);
    return table;
  }

  /** Of the keys and values. */
  List<Class<?>> types() {
    return types;
  }

  /** Adds what has changed since the basis, and refers to the rest. */
  void writeTo(CheckpointDraft draft, StateCodec codec) throws StoreException {
    Set<String> before = draft.basis().sections();
    for (Map.Entry<String, KeyedTable<?, ?>> entry : tables.entrySet()) {
      String name = entry.getKey();
      KeyedTable<?, ?> table = entry.getValue();
      boolean whole = !before.containsAll(sections(name, table.parts()));
      Change change = table.take(whole);
      sections(name, change.reused()).forEach(draft::reuse);
      if (change.number() >= 0) {
        write(draft, codec, section(name, change.number()), change.records());
      }
    }
  }

  private static void write(
      CheckpointDraft draft, StateCodec codec, String section, Object[] records)
      throws StoreException {
    try (OutputStream out = draft.section(section)) {
      draft.sectionTypes(codec.encode(records, out));
    } catch (IOException e) {
      throw StateFormat.unavailable(e);
    }
  }

  /** How the checkpoint ended that was written last. On any thread, before the next is written. */
  void landed(boolean counts) {
    tables.values().forEach(counts ? KeyedTable::counts : KeyedTable::inVain);
  }

  /**
   * Makes them what they were, whatever they are.
   *
   * @throws StoreException CORRUPT, MISSING, UNAVAILABLE as of any section; INCOMPATIBLE if the job
   *     no longer asks for one, or for one of other types
   */
  void restore(StoredCheckpoint stored, StateCodec codec) throws StoreException {
    Map<String, TreeMap<Long, String>> found = find(stored);
    for (Map.Entry<String, KeyedTable<?, ?>> entry : tables.entrySet()) {
      KeyedTable<?, ?> table = entry.getValue();
      table.clear();
      TreeMap<Long, String> parts = found.remove(entry.getKey());
      if (parts != null) {
        for (Map.Entry<Long, String> part : parts.entrySet()) {
          replay(entry.getKey(), table, part.getKey(), read(stored, codec, part.getValue()));
        }
      }
    }
    if (!found.isEmpty()) {
      throw new StoreException(
          Kind.INCOMPATIBLE,
          "the checkpoint has keyed state "
              + found.keySet()
              + ", which the job no longer asks for: call task.keyed(...) for it, before"
              + " task.state(...), until the jobs that use it are done");
    }
  }

  private static Map<String, TreeMap<Long, String>> find(StoredCheckpoint stored) {
    Map<String, TreeMap<Long, String>> found = new TreeMap<>();
    for (String section : stored.sections()) {
      Matcher matcher = SECTION.matcher(section);
      if (matcher.matches()) {
        found
            .computeIfAbsent(matcher.group(1), first -> new TreeMap<>())
            .put(Long.parseLong(matcher.group(2)), section);
      }
    }
    return found;
  }

  private static Object[] read(StoredCheckpoint stored, StateCodec codec, String section)
      throws StoreException {
    StateTypes types = stored.types(section);
    try (InputStream in = stored.section(section)) {
      return codec.decode(types, in, stored.length(section), Object[].class);
    } catch (IOException e) {
      throw StateFormat.unavailable(e);
    }
  }

  private static void replay(String name, KeyedTable<?, ?> table, long number, Object[] records)
      throws StoreException {
    try {
      table.replay(number, records);
    } catch (ClassCastException e) {
      throw new StoreException(
          Kind.INCOMPATIBLE,
          "keyed state \"" + name + "\" was saved with other types: " + e.getMessage(),
          e);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new StoreException(
          Kind.CORRUPT, "keyed state \"" + name + "\" is damaged: " + e.getMessage(), e);
    }
  }

  private static List<String> sections(String name, List<Long> numbers) {
    return numbers.stream().map(number -> section(name, number)).toList();
  }

  private static String section(String name, long number) {
    return "keyed/" + name + "/" + number;
  }
}

package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lists what was: the next so many lists neither show an object that was put through it, nor miss
 * one that was deleted through it. Reads see the truth, as with stores of old, whose lists were
 * "eventually consistent".
 */
public final class LaggingStore extends ForwardingStore {
  private final int lag;

  /** How many lists an object is yet hidden from. */
  private final Map<String, Integer> hidden = new HashMap<>();

  /** What is gone, and how many lists still show it. */
  private final Map<Stored, Integer> ghosts = new HashMap<>();

  public LaggingStore(ObjectStore store, int lag) {
    super(store);
    this.lag = lag;
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    long length = super.put(key, body);
    synchronized (this) {
      ghosts.keySet().removeIf(ghost -> ghost.key().equals(key));
      hidden.put(key, lag);
    }
    return length;
  }

  @Override
  public void delete(String key) throws StoreException {
    long length = length(key);
    super.delete(key);
    synchronized (this) {
      if (hidden.remove(key) == null && length >= 0) {
        ghosts.put(new Stored(key, length), lag);
      }
    }
  }

  /** Negative if it is not there. */
  private long length(String key) throws StoreException {
    try (InputStream in = super.open(key, 0, Long.MAX_VALUE)) {
      return in.readAllBytes().length;
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.MISSING) {
        return -1;
      }
      throw e;
    } catch (java.io.IOException e) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, key + " cannot be read", e);
    }
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    List<Stored> now = super.list(prefix);
    synchronized (this) {
      Map<String, Stored> shown = new TreeMap<>(Comparator.naturalOrder());
      now.stream()
          .filter(stored -> !hidden.containsKey(stored.key()))
          .forEach(stored -> shown.put(stored.key(), stored));
      ghosts.keySet().stream()
          .filter(ghost -> ghost.key().startsWith(prefix))
          .forEach(ghost -> shown.put(ghost.key(), ghost));
      age(hidden);
      age(ghosts);
      return List.copyOf(shown.values());
    }
  }

  private static <K> void age(Map<K, Integer> lists) {
    lists.replaceAll((key, left) -> left - 1);
    lists.values().removeIf(left -> left <= 0);
  }
}

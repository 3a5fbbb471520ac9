package dev.belay.bench.store;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps objects in memory: what remains of a write is Belay's own work. */
public final class MemoryStore implements ObjectStore {
  private final ConcurrentNavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  @Override
  public long put(String key, Body body) throws StoreException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      body.writeTo(out);
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, key + " could not be written", e);
    }
    if (objects.putIfAbsent(key, out.toByteArray()) != null) {
      throw new StoreException(Kind.EXISTS, key + " exists");
    }
    return out.size();
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    byte[] object = objects.get(key);
    if (object == null) {
      throw new StoreException(Kind.MISSING, key + " is not there");
    }
    if (offset > object.length) {
      throw new StoreException(Kind.CORRUPT, key + " ends before " + offset);
    }
    int from = (int) offset;
    return new ByteArrayInputStream(object, from, (int) Math.min(length, object.length - from));
  }

  @Override
  public List<Stored> list(String prefix) {
    return objects.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> new Stored(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public void delete(String key) {
    objects.remove(key);
  }

  @Override
  public List<String> unfinished(String prefix) {
    return List.of();
  }

  @Override
  public void abandon(String key) {}

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public String locate(String key) {
    return "memory/" + key;
  }

  @Override
  public void close() {}
}

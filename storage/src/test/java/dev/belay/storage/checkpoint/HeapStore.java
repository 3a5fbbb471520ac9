package dev.belay.storage.checkpoint;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Objects in memory, to be tampered with. For one thread. */
final class HeapStore implements ObjectStore {
  final Map<String, byte[]> objects = new TreeMap<>();

  /** Of an object that is there. */
  byte[] bytes(String key) {
    return Objects.requireNonNull(objects.get(key));
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      body.writeTo(out);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, key + " could not be written", e);
    }
    objects.put(key, out.toByteArray());
    return out.size();
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    byte[] object = objects.get(key);
    if (object == null) {
      throw new StoreException(Kind.MISSING, key + " does not exist");
    }
    if (offset < 0 || offset > object.length) {
      throw new StoreException(Kind.CORRUPT, key + " ends before " + offset);
    }
    int count = (int) Math.min(length, object.length - offset);
    return new ByteArrayInputStream(object, (int) offset, count);
  }

  @Override
  public List<Stored> list(String prefix) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
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
  public String locate(String key) {
    return key;
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}
}

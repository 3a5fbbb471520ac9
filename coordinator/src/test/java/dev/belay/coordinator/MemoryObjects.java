package dev.belay.coordinator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in memory, which may refuse. */
final class MemoryObjects implements StoredObjects {
  private final Map<String, Long> lengths = new ConcurrentSkipListMap<>();
  private final Set<String> uploads = new ConcurrentSkipListSet<>();
  private final AtomicInteger looks = new AtomicInteger();

  /** Keys that can neither be deleted nor abandoned. */
  final Set<String> unmovable = new ConcurrentSkipListSet<>();

  volatile @Nullable IOException outOfReach;
  volatile @Nullable RuntimeException unexpected;

  void put(String key, long length) {
    lengths.put(key, length);
  }

  void begin(String key) {
    uploads.add(key);
  }

  List<String> keys() {
    return List.copyOf(lengths.keySet());
  }

  /** How often somebody began to look through it. */
  int looks() {
    return looks.get();
  }

  private void reach() throws IOException {
    IOException failure = outOfReach;
    if (failure != null) {
      throw failure;
    }
    RuntimeException fault = unexpected;
    if (fault != null) {
      throw fault;
    }
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    reach();
    return lengths.entrySet().stream()
        .filter(one -> one.getKey().startsWith(prefix))
        .map(one -> new Stored(one.getKey(), one.getValue()))
        .toList();
  }

  @Override
  public List<String> unfinished(String prefix) throws IOException {
    looks.incrementAndGet();
    reach();
    return uploads.stream().filter(key -> key.startsWith(prefix)).toList();
  }

  @Override
  public void abandon(String key) throws IOException {
    mustMove(key);
    uploads.remove(key);
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      mustMove(key);
      lengths.remove(key);
    }
  }

  private void mustMove(String key) throws IOException {
    reach();
    if (unmovable.contains(key)) {
      throw new IOException(key + " does not go away");
    }
  }

  @Override
  public void deleteAll(String prefix) throws IOException {
    reach();
    lengths.keySet().removeIf(key -> key.startsWith(prefix));
  }
}

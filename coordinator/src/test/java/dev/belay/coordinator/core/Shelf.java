package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** The store of a life: objects, uploads that were begun, and puts that are still on their way. */
final class Shelf {
  final Chunks chunks = new Chunks();

  /** How large each object is, in chunks of its own. */
  final Map<String, Integer> stored = new TreeMap<>();

  final Set<String> begun = new LinkedHashSet<>();

  /** By whomever, and however late. */
  final List<String> flying = new ArrayList<>();

  void put(String key, int size) {
    begun.remove(key);
    stored.put(key, size);
  }

  /** Of a checkpoint. */
  void put(String key) {
    put(key, chunks.size(key));
  }

  /** A put that was long on its way arrives: of a dead worker, of an old lease, after a delete. */
  void land(Random random) {
    if (!flying.isEmpty()) {
      put(flying.remove(random.nextInt(flying.size())));
    }
  }

  void delete(Effect.Delete deletion) {
    deletion.keys().forEach(stored::remove);
    if (deletion.all()) {
      stored.keySet().removeIf(key -> key.startsWith(deletion.prefix() + "/"));
    }
  }
}

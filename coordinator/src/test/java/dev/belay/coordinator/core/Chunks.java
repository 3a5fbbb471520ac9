package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * States of a hundred chunks as workers store them: what did not change lies in older objects, and
 * of the objects that a restore reads three tenths at most are not needed for it. Each object is as
 * large as it has chunks of its own.
 */
final class Chunks {
  static final int STATE = 100;
  private static final double MOST_READ = 1.3 * STATE;

  /** Of all objects that were ever written, where each chunk of the state lies. */
  private final Map<String, String[]> manifests = new LinkedHashMap<>();

  private final Map<String, Integer> sizes = new TreeMap<>();

  /** The state that changed a little since, or a whole new one: stored under this key. */
  void write(String key, String basis, Random random) {
    String[] chunks = new String[STATE];
    String[] before = manifests.get(basis);
    if (before == null) {
      Arrays.fill(chunks, key);
    } else {
      System.arraycopy(before, 0, chunks, 0, STATE);
      int changed = 1 + random.nextInt(30);
      int from = random.nextInt(STATE - changed);
      Arrays.fill(chunks, from, from + changed, key);
      compact(chunks, key);
    }
    manifests.put(key, chunks);
    sizes.put(key, count(chunks).getOrDefault(key, 0));
  }

  /** Gives up the objects of which the smallest share is alive. */
  private void compact(String[] chunks, String key) {
    while (true) {
      Map<String, Integer> alive = count(chunks);
      double read =
          alive.entrySet().stream()
              .mapToInt(one -> one.getKey().equals(key) ? one.getValue() : size(one.getKey()))
              .sum();
      if (read <= MOST_READ && alive.size() < 60) {
        return;
      }
      String least = "";
      double share = 2;
      for (Map.Entry<String, Integer> one : alive.entrySet()) {
        double its = (double) one.getValue() / Math.max(1, size(one.getKey()));
        if (!one.getKey().equals(key) && its < share) {
          least = one.getKey();
          share = its;
        }
      }
      for (int i = 0; i < STATE; i++) {
        chunks[i] = chunks[i].equals(least) ? key : chunks[i];
      }
    }
  }

  private static Map<String, Integer> count(String[] chunks) {
    Map<String, Integer> count = new TreeMap<>();
    for (String chunk : chunks) {
      count.merge(chunk, 1, Integer::sum);
    }
    return count;
  }

  /** All objects that a restore reads. */
  List<String> references(String key) {
    return List.copyOf(count(requireNonNull(manifests.get(key))).keySet());
  }

  int size(String key) {
    return sizes.getOrDefault(key, 1);
  }
}

package dev.belay.worker.keyed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.worker.keyed.KeyedTable.Change;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the checkpoints have of a map gives the map again, and is little where little changes. */
class KeyedTableTest {
  /** The sections of the newest checkpoint that counts, by number. */
  private final Map<Long, Object[]> stored = new TreeMap<>();

  private KeyedTable<String, Long> table = table();

  private static KeyedTable<String, Long> table() {
    return new KeyedTable<>(String.class, Long.class);
  }

  /** Returns how many records it wrote. */
  private int checkpoint(boolean whole) {
    Change change = table.take(whole);
    assertThat(stored.keySet()).containsAll(change.reused());
    stored.keySet().retainAll(change.reused());
    if (change.number() >= 0) {
      assertThat(stored).doesNotContainKey(change.number());
      stored.put(change.number(), change.records());
    }
    table.counts();
    return change.records().length / 2;
  }

  private void restore() {
    table = table();
    stored.forEach(table::replay);
  }

  private Map<String, Long> contents() {
    Map<String, Long> contents = new HashMap<>();
    table.forEach(contents::put);
    assertThat(table.size()).isEqualTo(contents.size());
    return contents;
  }

  @Test
  void aCheckpointHasWhatChangedSinceTheOneBefore() {
    table.put("a", 1L);
    table.put("b", 2L);
    assertThat(checkpoint(false)).isEqualTo(2);
    for (int i = 0; i < 2_000; i++) {
      table.put("k" + i, 0L);
    }
    checkpoint(false);
    table.merge("a", 10L, Long::sum);
    table.remove("b");
    table.remove("was never there");
    assertThat(checkpoint(false)).isEqualTo(2);
    assertThat(checkpoint(false)).as("nothing has changed").isZero();
    Map<String, Long> before = contents();
    restore();
    assertThat(contents()).isEqualTo(before).containsEntry("a", 11L).doesNotContainKey("b");
  }

  @Test
  void whatACheckpointThatCameToNothingHadIsInTheNext() {
    table.put("a", 1L);
    table.take(false);
    table.put("b", 2L);
    table.inVain();
    assertThat(checkpoint(false)).isEqualTo(2);
    restore();
    assertThat(contents()).isEqualTo(Map.of("a", 1L, "b", 2L));
  }

  @Test
  void aWholeOneReusesNothing() {
    table.put("a", 1L);
    checkpoint(false);
    table.put("b", 2L);
    Change change = table.take(true);
    assertThat(change.reused()).isEmpty();
    assertThat(change.records()).hasSize(4);
  }

  @Test
  void aMapThatBecameEmptyTakesNoRoom() {
    table.put("a", 1L);
    checkpoint(false);
    table.remove("a");
    checkpoint(true);
    assertThat(stored).isEmpty();
    restore();
    assertThat(contents()).isEmpty();
  }

  @Test
  void twoCheckpointsAreNotOnTheirWayAtATime() {
    table.take(false);
    assertThatThrownBy(() -> table.take(false)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void whatIsOfAnotherTypeIsRefusedAtOnce() {
    KeyedTable raw = table;
    assertThatThrownBy(() -> raw.put("a", "b")).hasMessageContaining("java.lang.Long");
    assertThatThrownBy(() -> raw.put(1, 2L)).hasMessageContaining("java.lang.String");
    assertThat(contents()).isEmpty();
    assertThatThrownBy(() -> table.replay(1, new Object[] {"key"}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> raw.replay(1, new Object[] {1, 2}))
        .isInstanceOf(ClassCastException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whatIsRestoredIsWhatWasSaved(long seed) {
    Random random = new Random(seed);
    Map<String, Long> model = new HashMap<>();
    Map<String, Long> saved = new HashMap<>();
    int keys = 1 + random.nextInt(5_000);
    for (int round = 0; round < 300; round++) {
      for (int i = random.nextInt(1 + keys / (1 + random.nextInt(100))); i >= 0; i--) {
        String key = "k" + random.nextInt(keys);
        long value = random.nextLong();
        if (random.nextInt(3) == 0) {
          assertThat(table.remove(key)).isEqualTo(model.remove(key));
        } else {
          assertThat(table.put(key, value)).isEqualTo(model.put(key, value));
        }
      }
      switch (random.nextInt(12)) {
        case 0 -> {
          table.take(random.nextBoolean());
          table.inVain();
        }
        case 1 -> {
          restore();
          model = new HashMap<>(saved);
        }
        default -> {
          checkpoint(random.nextInt(20) == 0);
          saved = new LinkedHashMap<>(model);
        }
      }
      assertThat(contents()).as("seed %s, round %s", seed, round).isEqualTo(model);
    }
    restore();
    assertThat(contents()).as("seed %s", seed).isEqualTo(saved);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0005, 0.01, 0.1})
  void littleIsWrittenWhereLittleChanges(double share) {
    int keys = 50_000;
    Random random = new Random(7);
    for (int i = 0; i < keys; i++) {
      table.put("k" + i, 0L);
    }
    checkpoint(false);
    int rounds = (int) Math.max(300, 6 / share);
    int most = 0;
    long records = 0;
    long written = 0;
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < keys * share; i++) {
        table.put("k" + random.nextInt(keys), (long) round);
      }
      written += checkpoint(false);
      records = stored.values().stream().mapToLong(part -> part.length / 2).sum();
      assertThat(records).isLessThanOrEqualTo(2L * keys + 1_024);
      most = Math.max(most, stored.size());
    }
    assertThat(most).as("parts").isLessThanOrEqualTo(50);
    assertThat((double) written / rounds).as("mean").isLessThan(6 * share * keys);
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.CollectionLife.Mistake;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Garbage is collected while checkpoints come, workers and coordinators die, and an old copy of the
 * journal collects as well: nothing that is needed is ever deleted, and no more is held than is
 * kept, twice over. One again: {@code mvn test -pl coordinator -am -Dtest=CollectionTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.seed=N}; others: {@code -Dbelay.core.seeds=N} of
 * them.
 */
class CollectionTest {
  private static final int SEEDS_A_TEST = 100;
  private static final int MOST_SEEDS = 2_000;

  static LongStream groups() {
    Long one = Long.getLong("belay.seed");
    return one != null
        ? LongStream.of(-1)
        : LongStream.range(0, Long.getLong("belay.core.seeds", 1_000) / SEEDS_A_TEST);
  }

  @ParameterizedTest(name = "seeds from {0} hundred")
  @MethodSource("groups")
  void nothingThatIsNeededIsEverDeletedAndWhatIsNotGoes(long group) {
    if (group < 0) {
      run(Long.getLong("belay.seed", 0));
      return;
    }
    for (long i = 0; i < SEEDS_A_TEST; i++) {
      run(group * SEEDS_A_TEST + i);
    }
  }

  private static void run(long seed) {
    try {
      new CollectionLife(seed, null).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + " (replay: -Dbelay.seed=" + seed + ")", e);
    }
  }

  /** What a collector could get wrong. */
  enum Planted implements Mistake {
    /** Whatever no checkpoint names now: also what is just being stored. */
    FORGETS_UPLOADS_IN_PROGRESS {
      @Override
      public boolean isGarbage(ClusterState state, String key, Set<String> then) {
        return !CollectionAudit.named(state).contains(key);
      }
    },
    /** What no checkpoint named when the store was listed. */
    BELIEVES_WHAT_IT_KNEW_THEN {
      @Override
      public boolean isGarbage(ClusterState state, String key, Set<String> then) {
        return !then.contains(key) && !isHeld(state, key);
      }
    },
    /** A lease is over once the journal has given it up: an old copy gives up all of them. */
    TRUSTS_ITS_OWN_JOURNAL {
      @Override
      public boolean isGarbage(ClusterState state, String key, Set<String> then) {
        return !CollectionAudit.named(state).contains(key) && !isHeld(state, key);
      }
    },
    /** Looks at the objects of checkpoints, and not at what they reference. */
    FORGETS_REFERENCES {
      @Override
      public boolean isGarbage(ClusterState state, String key, Set<String> then) {
        return isOver(state, key)
            && state.jobs.values().stream()
                .flatMap(job -> java.util.stream.Stream.of(job.partitions))
                .flatMap(task -> task.checkpoints.stream())
                .noneMatch(one -> one.getObject().getKey().equals(key));
      }
    },
    /** Looks at checkpoints, and not at the output. */
    FORGETS_OUTPUT {
      @Override
      public boolean isGarbage(ClusterState state, String key, Set<String> then) {
        return isOver(state, key)
            && (key.endsWith(".seg") || !CollectionAudit.named(state).contains(key));
      }
    };

    private static @Nullable TaskRecord task(ClusterState state, String key) {
      String[] parts = key.split("[/-]");
      JobRecord job = state.job(parts[1] + "-" + parts[2]);
      int index = parts[3].equals("plan") ? -1 : Integer.parseInt(parts[3].substring(1));
      return job == null || index >= job.partitions.length
          ? null
          : index < 0 ? job.planning : job.partitions[index];
    }

    private static long counter(String key) {
      return Long.parseLong(key.split("[/-]")[5]);
    }

    private static boolean isHeld(ClusterState state, String key) {
      TaskRecord task = task(state, key);
      return task == null
          || counter(key) > task.epochCounter
          || (task.hold != null && task.hold.counter == counter(key))
          || (task.second != null && task.second.counter == counter(key));
    }

    private static boolean isOver(ClusterState state, String key) {
      TaskRecord task = task(state, key);
      return task != null && counter(key) <= task.closed && !isHeld(state, key);
    }
  }

  @ParameterizedTest
  @EnumSource(Planted.class)
  void aCollectorThatGetsItWrongIsFoundOut(Planted mistake) {
    for (long seed = 0; seed < MOST_SEEDS; seed++) {
      try {
        new CollectionLife(seed, mistake).run();
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("it is gone");
        return;
      }
    }
    throw new AssertionError(mistake + " was not found out");
  }
}

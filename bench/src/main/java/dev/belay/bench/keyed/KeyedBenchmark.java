package dev.belay.bench.keyed;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import dev.belay.bench.task.HeldTask;
import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.job.Task;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException;
import dev.belay.storage.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint of millions of keys costs when one in a hundred has changed: what it adds to
 * the store, and how long the task stands still for it. Two partitions, which take turns.
 */
public final class KeyedBenchmark implements Benchmark {
  private static final int PARTITIONS = 2;
  private static final int VALUE_BYTES = 100;
  private static final int CHANGED = 100;
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** What is saved beside the keys. */
  static final class Position {
    long round;
    transient @Nullable KeyedState<Long, byte[]> values;
  }

  @Override
  public String name() {
    return "checkpoint.keyed";
  }

  @Override
  public String description() {
    return "two million keys a partition, one in a hundred changed: bytes and stall of a"
        + " checkpoint";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(conditions.profile().full() ? 180 : 90);
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) throws Exception {
    boolean smoke = conditions.profile().smoke();
    int keys = smoke ? 2_000 : 2_000_000;
    int rounds = smoke ? 3 : conditions.profile().full() ? 200 : 60;
    Path directory = conditions.directory().resolve("keyed");
    Round first = new Round();
    Round later = new Round();
    try (ObjectStore store = new FileStore(directory.resolve("store"))) {
      List<HeldTask<Position>> tasks = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        tasks.add(held(store, directory.resolve("scratch" + i)));
      }
      SplittableRandom random = new SplittableRandom(7);
      Sweep sweep = new Sweep(store);
      progress.at("%,d keys for the first time".formatted((long) PARTITIONS * keys));
      first.add(stalls(tasks, position -> put(position, keys, keys, random)), sweep.added());
      for (int round = 1; round <= rounds; round++) {
        progress.at("checkpoint %d of %d".formatted(round, rounds));
        later.add(
            stalls(tasks, position -> put(position, keys, keys / CHANGED, random)), sweep.added());
      }
      tasks.forEach(HeldTask::close);
    }
    return List.of(table(keys, rounds, first, later));
  }

  private static HeldTask<Position> held(ObjectStore store, Path scratch) {
    return new HeldTask<>(
        KeyedBenchmark::begin, List.of(), store, scratch, INTERVAL, Duration.ZERO);
  }

  private static Position begin(Task task) {
    KeyedState<Long, byte[]> values = task.keyed("values", Long.class, byte[].class);
    Position position = task.state(Position.class, Position::new);
    position.values = values;
    return position;
  }

  /** All of them in order, or some of them at random. */
  private static void put(Position position, int keys, int count, SplittableRandom random) {
    KeyedState<Long, byte[]> values = Objects.requireNonNull(position.values);
    for (int i = 0; i < count; i++) {
      long key = count == keys ? i : random.nextInt(keys);
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      values.put(key, value);
    }
  }

  /** Nanoseconds that each stands still for a checkpoint; returns once all of them count. */
  private static List<Long> stalls(List<HeldTask<Position>> tasks, Consumer<Position> change)
      throws InterruptedException {
    List<Long> stalls = new ArrayList<>();
    for (HeldTask<Position> task : tasks) {
      int before = task.checkpoints();
      stalls.add(task.call((t, position) -> stall(t, position, change)));
      while (task.checkpoints() == before) {
        Thread.sleep(1);
      }
    }
    return stalls;
  }

  /** In one step: between two, the task would take the checkpoint by itself. */
  private static long stall(Task task, Position position, Consumer<Position> change) {
    change.accept(position);
    while (!task.due()) {
      Thread.onSpinWait();
    }
    position.round++;
    long began = System.nanoTime();
    task.checkpoint(position);
    return System.nanoTime() - began;
  }

  private static Table table(int keys, int rounds, Round first, Round later) {
    Table.Builder table =
        Table.titled(
                "%d x %,d keys with values of %d random bytes, 1 %% changed"
                    .formatted(PARTITIONS, keys, VALUE_BYTES))
            .column("what", "checkpoint", Format.TEXT)
            .column("medianBytes", "bytes added: median", Format.COUNT)
            .column("meanBytes", "mean", Format.COUNT)
            .column("maxBytes", "max", Format.COUNT)
            .column("medianNanos", "stall: median", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS);
    first.row(table, "the first");
    later.row(table, "the next " + rounds);
    return table
        .note("bytes: of both partitions together, as they lie in the store")
        .note("stall: how long task.checkpoint keeps one partition's thread")
        .build();
  }

  /** What lies in the store, and how much more it is than before. */
  private static final class Sweep {
    private final ObjectStore store;
    private long before;

    Sweep(ObjectStore store) {
      this.store = store;
    }

    long added() throws StoreException {
      long now = store.list("").stream().mapToLong(Stored::length).sum();
      long added = now - before;
      before = now;
      return added;
    }
  }

  /** Checkpoints of both partitions. */
  private static final class Round {
    private final List<Long> bytes = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    void add(List<Long> stalls, long added) {
      nanos.addAll(stalls);
      bytes.add(added);
    }

    void row(Table.Builder table, String what) {
      Sample sizes = Sample.of(bytes);
      Sample times = Sample.of(nanos);
      double mean = bytes.stream().mapToLong(Long::longValue).average().orElse(0);
      table.row(what, sizes.median(), mean, sizes.max(), times.median(), times.max());
    }
  }
}

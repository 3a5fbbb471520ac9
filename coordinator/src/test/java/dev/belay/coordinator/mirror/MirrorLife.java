package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.JournalSource;
import dev.belay.coordinator.mirror.MemoryMirror.Death;
import dev.belay.coordinator.mirror.MemoryMirror.Fate;
import dev.belay.coordinator.mirror.MirrorReader.Found;
import dev.belay.runtime.proto.Takeover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One life of a mirror, drawn from a seed: a region that works, a network that loses requests and
 * answers and delivers late, processes that die at any call, and at some call, perhaps in the
 * middle of the mirror's own, a recovery elsewhere. After each step whoever recovered now would
 * find a prefix of the journal and everything that is live in it; and once somebody has, nothing
 * that he relies on changes.
 */
final class MirrorLife implements MemoryMirror.Network {
  private static final MirrorSettings SETTINGS =
      new MirrorSettings(0, 300, 3_000, 1_500, 6, 1, 4, 4, 0);

  private final Random random;
  private final Path scratch;
  private final UnaryOperator<MirrorStore> store;
  private final UnaryOperator<JournalSource> journal;
  private final Map<String, ByteString> objects = new TreeMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private final ModelRegion region;

  /** Each object's bytes as they were first written. */
  private final Map<String, ByteString> ever = new TreeMap<>();

  private final boolean bad;
  private Mirror mirror;
  private int processes;
  private long wall;
  private int recoveryIn;
  private boolean quiet;
  private boolean fenced;

  /** What the one relies on who recovered; null: nobody has. */
  private @Nullable Map<String, ByteString> relied;

  MirrorLife(
      long seed,
      Path directory,
      Path scratch,
      UnaryOperator<MirrorStore> store,
      UnaryOperator<JournalSource> journal) {
    this.random = new Random(seed);
    this.scratch = scratch;
    this.store = store;
    this.journal = journal;
    region = new ModelRegion(random, directory);
    bad = random.nextInt(4) > 0;
    recoveryIn = 20 + random.nextInt(600);
    mirror = process();
  }

  private Mirror process() {
    MirrorStore seen = store.apply(new MemoryMirror(objects, region.store, this));
    JournalSource source = journal.apply(region);
    MirrorGauge gauge = new MirrorGauge(seen.describe(), source, this::clock);
    return new Mirror(
        new Chain.Identity(ModelRegion.CLUSTER, 1, "writer-" + ++processes),
        source,
        seen,
        SETTINGS,
        gauge,
        new Persistence(SETTINGS, gauge, millis -> meanwhile()),
        new Inline(),
        this::clock);
  }

  private long clock() {
    wall += 20_000;
    return wall;
  }

  void run() throws Exception {
    for (int i = 0; i < 120; i++) {
      for (int j = random.nextInt(6); j > 0; j--) {
        region.live();
      }
      ever.putAll(region.store);
      if (random.nextInt(25) == 0) {
        restart();
      }
      if (!fenced) {
        step();
      }
      deliver();
      if (random.nextInt(3) == 0) {
        check();
      }
    }
    check();
    if (relied == null) {
      catchUp();
    }
  }

  private void step() throws Exception {
    try {
      boolean unused = mirror.step();
    } catch (Death e) {
      restart();
    } catch (FencedException e) {
      assertThat(relied).as("fenced, so somebody recovered: %s", e.getMessage()).isNotNull();
      fenced = true;
    }
  }

  private void restart() {
    region.crash();
    fenced = false;
    mirror = process();
  }

  /** While the mirror waits for the network, others go on. */
  private void meanwhile() {
    if (random.nextInt(3) == 0) {
      region.live();
      ever.putAll(region.store);
    }
    deliver();
  }

  private void deliver() {
    while (!late.isEmpty() && random.nextBoolean()) {
      late.remove(random.nextInt(late.size())).run();
    }
  }

  @Override
  public void later(Runnable effect) {
    late.add(effect);
  }

  @Override
  public Fate of(String what, String key) {
    if (quiet) {
      return Fate.FINE;
    }
    recoveryIn--;
    if (recoveryIn == 0) {
      recover();
    }
    if (!bad || random.nextInt(8) > 0) {
      return Fate.FINE;
    }
    return switch (random.nextInt(12)) {
      case 0 -> Fate.DIES_BEFORE;
      case 1 -> Fate.DIES_AFTER;
      case 2, 3, 4 -> Fate.ANSWER_LOST;
      case 5, 6 -> Fate.LATE;
      default -> Fate.REQUEST_LOST;
    };
  }

  // ---- whoever recovers

  private MemoryMirror undisturbed() {
    return MemoryMirror.calm(objects);
  }

  private Found<Recovered> read() throws IOException {
    Found<Recovered> found = MirrorReader.read(undisturbed(), Recovered::new, scratch);
    assertThat(found.damages()).isEmpty();
    found.state().check(region, found.lastSequence(), objects, ever);
    return found;
  }

  private void check() throws IOException {
    Map<String, ByteString> own = relied;
    if (own != null) {
      own.forEach(
          (key, bytes) ->
              assertThat(objects.get(key)).as("%s, relied on elsewhere", key).isEqualTo(bytes));
    } else if (objects.keySet().stream().anyMatch(key -> key.startsWith(PieceNames.ROOT))) {
      Found<Recovered> unused = read();
    }
  }

  /** Takes the mirror, and goes to work in it. */
  private void recover() {
    try {
      if (objects.keySet().stream().noneMatch(key -> key.startsWith(PieceNames.ROOT))) {
        recoveryIn = 50;
        return;
      }
      Found<Recovered> found = read();
      Takeover token = Takeover.newBuilder().setToken("elsewhere").build();
      assertThat(Fence.claim(undisturbed(), found, 2, token, clock())).isTrue();
      Map<String, ByteString> own = new TreeMap<>();
      Set<String> live = new TreeSet<>(region.live.get((int) found.lastSequence()));
      for (String key : live) {
        if (random.nextInt(5) == 0) {
          objects.remove(key);
        } else {
          own.put(key, Objects.requireNonNull(objects.get(key)));
        }
      }
      objects.forEach(
          (key, bytes) -> {
            // Older ones may go: nobody would begin with them, whoever recovers again.
            if (key.compareTo(PieceNames.of(ModelRegion.CLUSTER, found.base())) >= 0) {
              own.put(key, bytes);
            }
          });
      for (int i = 0; i < 5; i++) {
        String key = ModelRegion.CLUSTER + "/job-" + (1 + random.nextInt(5)) + "/p0/2-" + i;
        objects.put(key, ByteString.copyFromUtf8("new " + i));
        own.put(key, ByteString.copyFromUtf8("new " + i));
      }
      relied = own;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In the end all of it is there, and no more objects than are live. */
  private void catchUp() throws Exception {
    while (!late.isEmpty()) {
      late.remove(0).run();
    }
    quiet = true;
    for (int i = 0; i < 50; i++) {
      boolean unused = mirror.step();
    }
    Found<Recovered> found = read();
    assertThat(found.lastSequence()).as("all of it").isEqualTo(region.synced());
    long pieces = objects.keySet().stream().filter(key -> key.startsWith(PieceNames.ROOT)).count();
    assertThat(pieces).as("pieces that are kept").isLessThan(60);
  }

  /** All in the caller's thread. */
  private static final class Inline extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}

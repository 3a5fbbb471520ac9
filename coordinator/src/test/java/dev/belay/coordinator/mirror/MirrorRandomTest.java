package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSource;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.runtime.proto.JournalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many lives of a mirror, twenty-five seeds a test. One again: {@code mvn test -pl coordinator -am
 * -Dtest=MirrorRandomTest -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.seed=N}; others: {@code
 * -Dbelay.mirror.seeds=N} of them. And planted faults, each of which must be found.
 */
class MirrorRandomTest {
  private static final int SEEDS_A_TEST = 25;
  private static final int SEEDS_A_FAULT = 400;

  @TempDir Path directory;

  static LongStream groups() {
    Long one = Long.getLong("belay.seed");
    return one != null
        ? LongStream.of(-1)
        : LongStream.range(0, Long.getLong("belay.mirror.seeds", 100) / SEEDS_A_TEST);
  }

  @ParameterizedTest(name = "seeds from {0} times twenty-five")
  @MethodSource("groups")
  void whatIsRecoveredIsAPrefixWithAllThatIsLive(long group) throws Exception {
    if (group < 0) {
      run(Long.getLong("belay.seed", 0), UnaryOperator.identity(), UnaryOperator.identity());
      return;
    }
    for (long i = 0; i < SEEDS_A_TEST; i++) {
      run(group * SEEDS_A_TEST + i, UnaryOperator.identity(), UnaryOperator.identity());
    }
  }

  private void run(
      long seed, UnaryOperator<MirrorStore> store, UnaryOperator<JournalSource> journal)
      throws Exception {
    try {
      new MirrorLife(seed, directory, directory, store, journal).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + " (replay: -Dbelay.seed=" + seed + ")", e);
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments("a piece comes before its objects", store(PieceFirst::new), same()),
        arguments("a copy is cut off", store(CutOff::new), same()),
        arguments("objects go before the piece that releases them", store(TooEarly::new), same()),
        arguments("a piece takes the place of another", store(Replacing::new), same()),
        arguments(
            "records go before they are synced",
            same(),
            (UnaryOperator<JournalSource>) Unsynced::new));
  }

  private static <T> UnaryOperator<T> same() {
    return UnaryOperator.identity();
  }

  private static UnaryOperator<MirrorStore> store(
      java.util.function.Function<MemoryMirror, MirrorStore> fault) {
    return store -> fault.apply((MemoryMirror) store);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aPlantedFaultIsFound(
      String fault, UnaryOperator<MirrorStore> store, UnaryOperator<JournalSource> journal) {
    for (long seed = 0; seed < SEEDS_A_FAULT; seed++) {
      try {
        run(seed, store, journal);
      } catch (AssertionError e) {
        return;
      } catch (Exception e) {
        throw new AssertionError("found by nothing but a crash of the test", e);
      }
    }
    assertThat(fault).as("found in %d lives", SEEDS_A_FAULT).isEmpty();
  }

  // ---- planted faults

  private static class Decorated implements MirrorStore {
    final MemoryMirror store;

    Decorated(MemoryMirror store) {
      this.store = store;
    }

    @Override
    public String describe() {
      return store.describe();
    }

    @Override
    public @Nullable String unfit() throws IOException {
      return store.unfit();
    }

    @Override
    public boolean put(String key, Body body) throws IOException {
      return store.put(key, body);
    }

    @Override
    public java.io.@Nullable InputStream open(String key, long offset) throws IOException {
      return store.open(key, offset);
    }

    @Override
    public List<Stored> list(String prefix) throws IOException {
      return store.list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
      store.delete(key);
    }

    @Override
    public Outcome copy(Wanted object) throws IOException {
      return store.copy(object);
    }
  }

  private static final class PieceFirst extends Decorated {
    private final List<Wanted> waiting = new ArrayList<>();

    PieceFirst(MemoryMirror store) {
      super(store);
    }

    @Override
    public Outcome copy(Wanted object) {
      waiting.add(object);
      return Outcome.COPIED;
    }

    @Override
    public boolean put(String key, Body body) throws IOException {
      boolean put = super.put(key, body);
      for (Wanted object : waiting) {
        Outcome unused = store.copy(object);
      }
      waiting.clear();
      return put;
    }
  }

  private static final class CutOff extends Decorated {
    CutOff(MemoryMirror store) {
      super(store);
    }

    @Override
    public Outcome copy(Wanted object) throws IOException {
      boolean there = store.objects.containsKey(object.key());
      Outcome outcome = super.copy(object);
      ByteString bytes = store.objects.get(object.key());
      if (!there && bytes != null && object.key().endsWith("7")) {
        store.objects.put(object.key(), bytes.substring(1));
      }
      return outcome;
    }
  }

  /** Of the source all that is gone there, before the next piece says so. */
  private static final class TooEarly extends Decorated {
    TooEarly(MemoryMirror store) {
      super(store);
    }

    @Override
    public boolean put(String key, Body body) throws IOException {
      store
          .objects
          .keySet()
          .removeIf(
              one -> one.startsWith(ModelRegion.CLUSTER + "/") && !store.source.containsKey(one));
      return super.put(key, body);
    }
  }

  private static final class Replacing extends Decorated {
    Replacing(MemoryMirror store) {
      super(store);
    }

    @Override
    public boolean put(String key, Body body) throws IOException {
      ByteString before = store.objects.remove(key);
      try {
        return super.put(key, body);
      } finally {
        if (before != null) {
          ByteString unused = store.objects.putIfAbsent(key, before);
        }
      }
    }
  }

  private static final class Unsynced implements JournalSource {
    private final ModelRegion region;

    Unsynced(JournalSource region) {
      this.region = (ModelRegion) region;
    }

    @Override
    public long synced() {
      return region.records.size();
    }

    @Override
    public long syncedBytes() {
      return region.syncedBytes();
    }

    @Override
    public void read(long after, long upTo, Predicate<JournalRecord> sink) throws JournalException {
      region.read(after, upTo, sink);
    }

    @Override
    public long newestSnapshotSequence() {
      return region.newestSnapshotSequence();
    }

    @Override
    public SnapshotImage newestSnapshot() throws JournalException {
      return region.newestSnapshot();
    }

    @Override
    public void snapshotSoon() {
      region.snapshotSoon();
    }
  }
}

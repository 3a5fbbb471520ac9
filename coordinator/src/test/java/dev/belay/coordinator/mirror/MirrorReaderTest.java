package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.mirror.MirrorReader.Found;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a mirror of which pieces are damaged. */
class MirrorReaderTest {
  private static final MirrorSettings SETTINGS =
      new MirrorSettings(0, 300, 10_000, 1_500, 6, 1, 4, 2, 0);

  @TempDir Path directory;

  private final Map<String, ByteString> objects = new ConcurrentSkipListMap<>();
  private final ExecutorService pool = Executors.newFixedThreadPool(1);
  private Found<Recovered> whole;

  @BeforeEach
  void mirrored() throws Exception {
    ModelRegion region = new ModelRegion(new Random(7), directory);
    MemoryMirror store =
        new MemoryMirror(objects, region.store, MemoryMirror.calm(objects).network());
    MirrorGauge gauge = new MirrorGauge("memory", region, () -> 1);
    Mirror mirror =
        new Mirror(
            new Chain.Identity(ModelRegion.CLUSTER, 1, "writer"),
            region,
            store,
            SETTINGS,
            gauge,
            new Persistence(SETTINGS, gauge, millis -> {}),
            pool,
            () -> 1);
    for (int i = 0; i < 400; i++) {
      region.live();
      boolean unused = mirror.step();
    }
    whole = read();
    assertThat(whole.damages()).isEmpty();
    assertThat(last() - whole.base()).as("pieces since the snapshot").isGreaterThan(2);
  }

  @AfterEach
  void end() {
    pool.shutdownNow();
  }

  private Found<Recovered> read() throws Exception {
    return MirrorReader.read(MemoryMirror.calm(objects), Recovered::new, directory);
  }

  private long last() {
    return whole.nextNumber() - 1;
  }

  private void damage(long number, int at) {
    String name = PieceNames.of(ModelRegion.CLUSTER, number);
    byte[] bytes = Objects.requireNonNull(objects.get(name)).toByteArray();
    bytes[Math.floorMod(at, bytes.length)] ^= 4;
    objects.put(name, ByteString.copyFrom(bytes));
  }

  @Test
  void whateverByteOfTheLastPieceIsDamagedTheOneBeforeCounts() throws Exception {
    String name = PieceNames.of(ModelRegion.CLUSTER, last());
    ByteString sound = Objects.requireNonNull(objects.get(name));
    for (int at = 0; at < sound.size(); at++) {
      damage(last(), at);
      Found<Recovered> found = read();
      assertThat(found.lastSequence()).isLessThan(whole.lastSequence());
      assertThat(found.damages()).singleElement().asString().contains("piece " + last());
      assertThat(found.nextNumber()).as("its number is taken").isEqualTo(whole.nextNumber());
      objects.put(name, sound);
    }
  }

  @Test
  void aLastPieceThatIsCutOffIsDamagedToo() throws Exception {
    String name = PieceNames.of(ModelRegion.CLUSTER, last());
    ByteString sound = Objects.requireNonNull(objects.get(name));
    for (int length = 0; length < sound.size(); length++) {
      objects.put(name, sound.substring(0, length));
      assertThat(read().damages()).isNotEmpty();
    }
  }

  @Test
  void behindADamagedPieceNothingCounts() throws Exception {
    damage(whole.base() + 1, -1);
    Found<Recovered> found = read();
    assertThat(found.lastSequence()).isLessThan(whole.lastSequence());
    assertThat(found.damages()).hasSize(1);
  }

  @Test
  void aMissingPieceIsADamage() throws Exception {
    objects.remove(PieceNames.of(ModelRegion.CLUSTER, whole.base() + 1));
    Found<Recovered> found = read();
    assertThat(found.damages()).singleElement().asString().contains("missing");
    assertThat(found.lastSequence()).isLessThan(whole.lastSequence());
  }

  @Test
  void aPieceInAnothersPlaceIsADamage() throws Exception {
    objects.put(
        PieceNames.of(ModelRegion.CLUSTER, last()),
        Objects.requireNonNull(objects.get(PieceNames.of(ModelRegion.CLUSTER, last() - 1))));
    assertThat(read().damages()).isNotEmpty();
  }

  @Test
  void whenTheNewestSnapshotIsDamagedTheOneBeforeAndAllRecordsSinceCount() throws Exception {
    damage(whole.base(), -1);
    Found<Recovered> found = read();
    assertThat(found.base()).isLessThan(whole.base());
    assertThat(found.lastSequence()).isEqualTo(whole.lastSequence());
    assertThat(found.damages()).hasSize(1);
  }

  @Test
  void withoutASnapshotThereIsNothing() {
    for (long number = 1; number < last(); number++) {
      if (objects.containsKey(PieceNames.of(ModelRegion.CLUSTER, number))) {
        damage(number, -1);
      }
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(RecoveryException.class)
        .hasMessageContaining("no snapshot");
  }

  @Test
  void withoutAPieceThatIsWholeThereIsNothing() {
    objects.keySet().stream()
        .filter(key -> key.startsWith(PieceNames.ROOT))
        .map(key -> Long.parseLong(key.substring(key.lastIndexOf('/') + 1)))
        .toList()
        .forEach(number -> damage(number, -1));
    assertThatThrownBy(this::read)
        .isInstanceOf(RecoveryException.class)
        .hasMessageContaining("no piece");
  }
}

package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.mirror.MemoryMirror.Fate;
import dev.belay.coordinator.mirror.MirrorReader.Found;
import dev.belay.runtime.proto.MirrorStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror on its threads, and how it ends with its coordinator. */
class MirroringTest {
  /** So long that only its end can wake it. */
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  @TempDir Path directory;

  private final Map<String, ByteString> objects = new ConcurrentSkipListMap<>();
  private ModelRegion region;
  private volatile boolean reachable = true;

  @BeforeEach
  void region() {
    region = new ModelRegion(new Random(4), directory);
    live();
  }

  private void live() {
    for (int i = 0; i < 300; i++) {
      region.live();
    }
    region.sync();
  }

  private Mirroring start(long pauseMillis, long finishMillis, @Nullable String unfit) {
    MemoryMirror.Network network =
        new MemoryMirror.Network() {
          @Override
          public Fate of(String what, String key) {
            return reachable ? Fate.FINE : Fate.REQUEST_LOST;
          }

          @Override
          public void later(Runnable effect) {
            effect.run();
          }
        };
    return Mirroring.start(
        ModelRegion.CLUSTER,
        1,
        "writer",
        region,
        new MemoryMirror(objects, region.store, network) {
          @Override
          public @Nullable String unfit() {
            return unfit;
          }
        },
        new MirrorSettings(pauseMillis, 300, 1 << 20, 1 << 20, 1_000, HOUR, HOUR, 4, finishMillis));
  }

  private static void awaitUpToDate(Mirroring mirroring) {
    await().until(() -> mirroring.status().getState() == MirrorStatus.State.UP_TO_DATE);
  }

  private long lastMirrored() throws Exception {
    Found<Recovered> found =
        MirrorReader.read(MemoryMirror.calm(objects), Recovered::new, directory);
    found.state().check(region, found.lastSequence(), objects, new TreeMap<>(objects));
    return found.lastSequence();
  }

  @Test
  void whatIsLeftIsMirroredWhenItsCoordinatorEnds() throws Exception {
    Mirroring mirroring = start(HOUR, HOUR, null);
    awaitUpToDate(mirroring);
    live();
    assertThat(lastMirrored()).isLessThan(region.synced());
    assertThat(mirroring.finish()).isEmpty();
    assertThat(lastMirrored()).isEqualTo(region.synced());
  }

  /** In the middle of a wait for a store that is back meanwhile. */
  @Test
  void anOutageThatIsOverByThenIsNoHindrance() throws Exception {
    reachable = false;
    Mirroring mirroring = start(HOUR, HOUR, null);
    await().until(() -> mirroring.status().getState() == MirrorStatus.State.OUT_OF_REACH);
    reachable = true;
    assertThat(mirroring.finish()).isEmpty();
    assertThat(lastMirrored()).isEqualTo(region.synced());
  }

  @Test
  void whatCannotBeMirroredInTimeIsSaidInOneLine() throws Exception {
    Mirroring mirroring = start(HOUR, 1_000, null);
    awaitUpToDate(mirroring);
    long mirrored = region.synced();
    reachable = false;
    live();
    assertThat(mirroring.finish())
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .contains("memory:mirror")
                    .contains("lacks the last " + (region.synced() - mirrored) + " records")
                    .contains("does not answer")
                    .doesNotContain("\n"));
    assertThat(mirroring.finish()).as("said once").isEmpty();
    assertThat(lastMirrored()).isEqualTo(mirrored);
  }

  /** Also one that could not be tried out when its coordinator began. */
  @Test
  void aStoreThatCanHoldNoMirrorGetsNone() throws Exception {
    Mirroring mirroring = start(10, HOUR, "replaces what is there");
    await().until(() -> mirroring.status().getState() == MirrorStatus.State.FENCED);
    assertThat(mirroring.status().getMessage()).isEqualTo("it replaces what is there");
    assertThat(objects).isEmpty();
    assertThat(mirroring.finish()).isEmpty();
  }
}

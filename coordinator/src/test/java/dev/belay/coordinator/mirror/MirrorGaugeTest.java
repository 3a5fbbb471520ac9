package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.MirrorStatus;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For how long a mirror has been held up is told as people would count it. */
class MirrorGaugeTest {
  @TempDir Path directory;

  private final AtomicLong clock = new AtomicLong(1_000);

  @Test
  void aRequestThatGotThroughInBetweenIsNoEndOfAnOutage() {
    ModelRegion region = new ModelRegion(new Random(1), directory);
    MirrorGauge gauge = new MirrorGauge("there", region, clock::get);
    clock.set(2_000);
    gauge.outOfReach("no answer");
    clock.set(6_000);
    gauge.reached();
    clock.set(6_100);
    gauge.outOfReach("no answer");
    assertThat(gauge.status().getState()).isEqualTo(MirrorStatus.State.OUT_OF_REACH);
    assertThat(gauge.status().getSinceMillis()).isEqualTo(2_000);

    clock.set(7_000);
    gauge.published(1, region.synced(), 0, 7_000);
    assertThat(gauge.status().getState()).isEqualTo(MirrorStatus.State.UP_TO_DATE);
    clock.set(9_000);
    gauge.outOfReach("no answer");
    assertThat(gauge.status().getSinceMillis()).as("the next outage").isEqualTo(9_000);
  }
}

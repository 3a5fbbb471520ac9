package dev.belay.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChanceTest {
  /** The first numbers of SplitMix64 from seed 1234567, as its authors publish them. */
  @Test
  void itIsSplitMix64() {
    Chance chance = new Chance(1_234_567);

    assertThat(Long.toUnsignedString(chance.next())).isEqualTo("6457827717110365317");
    assertThat(Long.toUnsignedString(chance.next())).isEqualTo("3203168211198807973");
    assertThat(Long.toUnsignedString(chance.next())).isEqualTo("9817491932198370423");
  }

  @Test
  void aSplitDependsOnSeedAndNameAlone() {
    Chance drawn = new Chance(7);
    drawn.next();

    assertThat(drawn.split("a").next()).isEqualTo(new Chance(7).split("a").next());
    assertThat(drawn.split("a").next()).isNotEqualTo(drawn.split("b").next());
    assertThat(drawn.split("a").next()).isNotEqualTo(new Chance(8).split("a").next());
  }

  @Test
  void boundsAreKeptAndReached() {
    Chance chance = new Chance(3);
    boolean[] seen = new boolean[7];
    for (int i = 0; i < 1_000; i++) {
      seen[chance.below(7)] = true;
      assertThat(chance.between(-5, 5)).isBetween(-5L, 5L);
    }
    assertThat(seen).doesNotContain(false);
  }
}

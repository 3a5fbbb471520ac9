package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a text of somebody else's may be. */
class TextsTest {
  @Test
  void upToTwoThousandCharactersAreKeptAsTheyAre() {
    assertThat(Texts.cut("")).isEmpty();
    assertThat(Texts.cut("x".repeat(2_000))).isEqualTo("x".repeat(2_000));
    assertThat(Texts.cut("x".repeat(2_001))).isEqualTo("x".repeat(2_000) + "...");
  }

  @Test
  void noCharacterIsCutInHalf() {
    String rocket = "\uD83D\uDE80";
    assertThat(Texts.cut("x".repeat(1_999) + rocket)).isEqualTo("x".repeat(1_999) + "...");
    assertThat(Texts.cut("x".repeat(1_998) + rocket + "x"))
        .isEqualTo("x".repeat(1_998) + rocket + "...");
  }
}

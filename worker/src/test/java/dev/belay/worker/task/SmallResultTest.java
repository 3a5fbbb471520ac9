package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Field;
import org.junit.jupiter.api.Test;

class SmallResultTest {
  private final SmallResult result = new SmallResult();

  @Test
  void keepsTypesAndOrder() {
    result.set("count", -5L);
    result.set("share", 0.25);
    result.set("word", "ä");
    result.set("count", 7L);
    assertThat(result.build().getFieldsList())
        .extracting(Field::getName)
        .containsExactly("count", "share", "word");
    assertThat(SmallResult.values(result.build()))
        .containsEntry("count", 7L)
        .containsEntry("share", 0.25)
        .containsEntry("word", "ä");
  }

  @Test
  void refusesWhatIsTooLargeAndKeepsTheRest() {
    result.set("small", 1L);
    assertThatThrownBy(() -> result.set("large", "x".repeat(SmallResult.LIMIT_BYTES)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"large\"")
        .hasMessageContaining("4096")
        .hasMessageContaining("segment");
    assertThat(SmallResult.values(result.build())).containsOnlyKeys("small");
  }

  @Test
  void refusesManySmallOnesThatAreTooMuchTogether() {
    assertThatThrownBy(
            () -> {
              for (long i = 0; i < 10_000; i++) {
                result.set("field" + i, i);
              }
            })
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(result.build().getSerializedSize()).isLessThanOrEqualTo(SmallResult.LIMIT_BYTES);
  }

  @Test
  void aRefusedValueLeavesTheOneBefore() {
    result.set("text", "short");
    assertThatThrownBy(() -> result.set("text", "x".repeat(5000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(SmallResult.values(result.build())).containsEntry("text", "short");
  }
}

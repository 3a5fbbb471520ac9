package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private final Spread spread = new Spread("some/prefix/");

  /** Written down: a store that exists must be found again by every later version. */
  @Test
  void theDigitIsThatOfTheKeysSha256() {
    // printf %s c/j/p0/1-1-1.ckpt | sha256sum
    assertThat(spread.name("c/j/p0/1-1-1.ckpt")).isEqualTo("some/prefix/6/c/j/p0/1-1-1.ckpt");
    assertThat(new Spread("").name("c/j/p0/1-1-1.ckpt")).isEqualTo("6/c/j/p0/1-1-1.ckpt");
  }

  @Test
  void aNameGivesItsKeyAndWhatOthersMadeGivesNone() {
    String name = spread.name("c/j/p0/1-1-1.ckpt");
    assertThat(spread.key(name)).contains("c/j/p0/1-1-1.ckpt");
    assertThat(spread.key(name.replace("/6/", "/0/"))).isEmpty();
    assertThat(spread.key("some/prefix/c/j/p0/1-1-1.ckpt")).isEmpty();
    assertThat(spread.key("other/" + name)).isEmpty();
    assertThat(spread.key("some/prefix/")).isEmpty();
    assertThat(spread.key("some/prefix/a/")).isEmpty();
    assertThat(spread.key("some/prefix/a/not a key")).isEmpty();
  }

  @Test
  void theKeysOfOnePartitionGoEveryWayAlike() {
    Map<String, Long> ways =
        IntStream.range(0, 1_600)
            .mapToObj(i -> spread.name("cluster/job/p7/1-1-" + i + "-0.ckpt"))
            .map(name -> name.substring(0, "some/prefix/x/".length()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(ways).hasSize(16);
    assertThat(ways.keySet()).containsExactlyInAnyOrderElementsOf(spread.below(""));
    assertThat(ways.values()).allMatch(count -> count > 50 && count < 200);
  }
}

package dev.belay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged states end in one of two named failures, or decode to something; nothing else. */
class StateFuzzTest {
  private static final int ROUNDS = 3_000;

  private final StateCodec codec =
      new StateCodec(
          List.of(
              StateCodecTest.State.class, StateCodecTest.Point.class, StateCodecTest.Color.class));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261101})
  void nothingButNamedFailures(long seed) {
    Random random = new Random(seed);
    EncodedState whole = codec.encode(sample());
    byte[] bytes = whole.bytes();
    int failures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damage(bytes, random);
      try {
        codec.decode(new EncodedState(whole.types(), damaged), Object.class);
      } catch (StoreException e) {
        failures++;
        assertThat(e.kind())
            .as("seed %d, round %d: %s", seed, round, e)
            .isIn(Kind.CORRUPT, Kind.INCOMPATIBLE);
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
    assertThat(failures).isGreaterThan(ROUNDS / 4);
  }

  /** Four hundred lists, each said to hold as many elements as there are bytes left. */
  @ParameterizedTest
  @ValueSource(longs = {1})
  void nestedLengthsDoNotAddUp(long seed) {
    byte[] bomb = new byte[4 << 20];
    Arrays.fill(bomb, (byte) 0);
    EncodedState list = codec.encode(new ArrayList<>(List.of(1)));
    byte id = list.bytes()[0];
    int at = 0;
    for (int depth = 0; depth < TypeRegistry.MAX_DEPTH; depth++) {
      bomb[at++] = id;
      for (byte b : new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0xf0, 1}) {
        bomb[at++] = b;
      }
    }
    EncodedState state = new EncodedState(list.types(), bomb);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() -> codec.decode(state, Object.class)))
        .isInstanceOf(StoreException.class);
  }

  private static byte[] damage(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      damaged[random.nextInt(damaged.length)] =
          random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextInt(6) - 3);
    }
    return random.nextInt(5) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length + 20) + 1)
        : damaged;
  }

  private static List<Object> sample() {
    return new ArrayList<>(
        Arrays.asList(
            new StateCodecTest.State("s"),
            new StateCodecTest.Point(1, 2, StateCodecTest.Color.RED),
            new HashMap<>(Map.of("a", 1L, "b", 2L)),
            new TreeMap<>(Map.of("a", 1L, "b", 2L)),
            EnumSet.allOf(StateCodecTest.Color.class),
            List.of(1, 2, 3),
            new ArrayDeque<>(List.of(1.5)),
            new int[] {1, 2, 3},
            new String[] {"x", "\u0101"},
            BitSet.valueOf(new long[] {3}),
            java.math.BigInteger.TEN,
            java.time.LocalDateTime.MIN,
            java.time.ZoneId.of("Europe/Vienna"),
            java.util.Optional.of("x")));
  }
}

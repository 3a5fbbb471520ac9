package dev.belay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.StoreException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateCodecTest {
  enum Color {
    RED,
    GREEN {
      @Override
      String shade() {
        return "dark";
      }
    };

    String shade() {
      return "light";
    }
  }

  record Point(int x, long y, @Nullable Color color) {}

  static class Base {
    private final String name;
    boolean flag = true;

    Base(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }
  }

  static final class State extends Base {
    byte b = -1;
    short s = -2;
    char c = '\uffff';
    int i = Integer.MIN_VALUE;
    long l = Long.MIN_VALUE;
    float f = Float.MIN_VALUE;
    double d = -0.0;
    @Nullable Object nothing;
    Point point = new Point(1, 2, Color.GREEN);
    List<Point> points = new ArrayList<>(Arrays.asList(point, null));
    Point[] array = {point, new Point(3, 4, null)};
    Map<String, long[]> map = new HashMap<>(Map.of("a", new long[] {1, -1}));
    transient @Nullable Object cache = new Object();

    State(String name) {
      super(name);
    }
  }

  private final StateCodec codec =
      new StateCodec(List.of(State.class, Point.class, Color.class, int.class, String.class));

  @Test
  void keepsTheFieldsOfAClassAndItsParents() throws Exception {
    State state = new State("n\ud800ame");
    state.flag = false;
    State restored = codec.decode(codec.encode(state), State.class);
    assertThat(restored).usingRecursiveComparison().ignoringFields("cache").isEqualTo(state);
    assertThat(restored.name()).isEqualTo("n\ud800ame");
    assertThat(restored.cache).isNull();
    assertThat(restored.point.color()).isSameAs(Color.GREEN);
    assertThat(Double.doubleToRawLongBits(restored.d)).isEqualTo(Double.doubleToRawLongBits(-0.0));
  }

  static Stream<Object> values() {
    Map<String, Integer> insertionOrder = new LinkedHashMap<>();
    insertionOrder.put("z", 1);
    insertionOrder.put("a", null);
    return Stream.of(
        "",
        "ascii",
        "Latin-1 \u00ff",
        "wide \u0100 \ud83d\ude00 \udc00",
        true,
        (byte) -7,
        (short) -7,
        'x',
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        1.5f,
        Math.PI,
        new boolean[] {true, false},
        new byte[] {1, 2},
        new short[] {1, -2},
        new char[] {'a', '\uffff'},
        new int[0],
        new Random(1).ints(50_000).toArray(),
        new Random(1).longs(50_000).toArray(),
        new float[] {1, Float.NaN},
        new Random(1).doubles(50_000).toArray(),
        new String[] {"a", null},
        new Object[] {"a", 1, null},
        new byte[][] {{1}, null},
        new int[][] {{1}, {}},
        new long[][] {{1}},
        new float[][] {{1}},
        new double[][] {{1}},
        new String[][] {{"a"}},
        new ArrayList<>(Arrays.asList(1, "two", null)),
        new LinkedList<>(List.of(1, 2)),
        new HashSet<>(Arrays.asList(1, null)),
        new LinkedHashSet<>(List.of(3, 1, 2)),
        new TreeSet<>(Set.of(3, 1, 2)),
        new HashMap<>(Map.of("a", 1)),
        insertionOrder,
        new TreeMap<>(Map.of("b", 1, "a", 2)),
        new ConcurrentHashMap<>(Map.of("b", 1, "a", 2)),
        List.of(),
        List.of(1),
        List.of(1, 2, 3),
        Stream.of("a", null).toList(),
        Set.of(),
        Set.of(1),
        Set.of(1, 2, 3),
        Map.of(),
        Map.of("a", 1),
        Map.of("a", 1, "b", 2),
        Arrays.asList(1, null),
        Collections.emptyList(),
        Collections.emptySet(),
        Collections.emptyMap(),
        BigInteger.TWO.pow(200).negate(),
        new BigDecimal("-12345678901234567890.0012300"),
        Instant.parse("2026-11-01T01:02:03.000000004Z"),
        Instant.MIN,
        Duration.ofNanos(-5),
        LocalDate.MAX,
        LocalTime.MAX,
        LocalDateTime.MIN,
        ZoneOffset.ofHoursMinutes(-3, -30),
        ZoneId.of("Europe/Vienna"),
        OffsetDateTime.MIN,
        ZonedDateTime.ofLocal(
            LocalDateTime.of(2026, 10, 25, 2, 30),
            ZoneId.of("Europe/Vienna"),
            ZoneOffset.ofHours(1)),
        new Date(5),
        Optional.of("a"),
        Optional.empty(),
        OptionalInt.of(-1),
        OptionalInt.empty(),
        OptionalLong.of(-1),
        OptionalLong.empty(),
        OptionalDouble.of(-1),
        OptionalDouble.empty(),
        BitSet.valueOf(new long[] {5, 0, 9}),
        new UUID(1, -1),
        EnumSet.of(Color.GREEN),
        EnumSet.noneOf(Color.class),
        Color.RED,
        new Point[] {new Point(1, 2, Color.RED)},
        Comparator.reverseOrder());
  }

  @ParameterizedTest
  @MethodSource("values")
  void keepsTheJdksTypes(Object value) throws Exception {
    Object restored = codec.decode(codec.encode(value), Object.class);
    assertThat(restored.getClass()).isEqualTo(value.getClass());
    // Wrapped, so that arrays are compared by content; the text also compares the order.
    assertThat(Arrays.deepEquals(new Object[] {restored}, new Object[] {value})).isTrue();
    assertThat(Arrays.deepToString(new Object[] {restored}))
        .isEqualTo(Arrays.deepToString(new Object[] {value}));
  }

  @Test
  void keepsQueuesAndMutableNumbers() throws Exception {
    ArrayDeque<Integer> deque = new ArrayDeque<>(List.of(3, 1, 2));
    assertThat(roundTrip(deque)).isInstanceOf(ArrayDeque.class).hasToString("[3, 1, 2]");
    PriorityQueue<Integer> queue = new PriorityQueue<>(Comparator.reverseOrder());
    queue.addAll(List.of(1, 3, 2));
    assertThat(((PriorityQueue<?>) roundTrip(queue)).poll()).isEqualTo(3);
    assertThat(roundTrip(new StringBuilder("abc"))).hasToString("abc");
    assertThat(roundTrip(new java.util.concurrent.atomic.AtomicLong(-5))).hasToString("-5");
    assertThat(roundTrip(new java.util.concurrent.atomic.AtomicInteger(-5))).hasToString("-5");
    assertThat(roundTrip(new java.util.concurrent.atomic.AtomicBoolean(true))).hasToString("true");
  }

  @Test
  void aTreeKeepsItsOrder() throws Exception {
    TreeMap<String, Integer> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    map.put("b", 1);
    map.put("A", 2);
    TreeMap<?, ?> restored = (TreeMap<?, ?>) roundTrip(map);
    assertThat(restored.toString()).isEqualTo("{A=2, b=1}");
    assertThat(restored.comparator()).isSameAs(String.CASE_INSENSITIVE_ORDER);
  }

  @Test
  void whatWasWrittenStaysWhenTheStateGoesOn() throws Exception {
    long[] state = {1, 2, 3};
    EncodedState encoded = codec.encode(state);
    state[0] = 9;
    assertThat(codec.decode(encoded, long[].class)).containsExactly(1, 2, 3);
  }

  @Test
  void largeStatesAreWrittenPieceByPiece() throws Exception {
    List<Object> state = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) {
      state.add(new Point(i, i, null));
      state.add("number " + i);
    }
    state.add(new Random(1).longs(300_000).toArray());
    List<Integer> pieces = new ArrayList<>();
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] from, int offset, int length) {
            pieces.add(length);
            super.write(from, offset, length);
          }
        };
    StateTypes table = codec.encode(state, bytes);
    assertThat(pieces).hasSizeGreaterThan(50).allMatch(length -> length <= 64 << 10);
    EncodedState encoded = new EncodedState(table, bytes.toByteArray());
    Object[] restored = {codec.decode(encoded, List.class).toArray()};
    assertThat(Arrays.deepEquals(restored, new Object[] {state.toArray()})).isTrue();
  }

  /** The default is 1 MB; interpreted, which takes the most, it needs nearly 512 KB. */
  private static final long SMALL_STACK = 640 << 10;

  @Test
  void theDeepestStateFitsASmallStack() throws Exception {
    Object state = "bottom";
    for (int depth = 1; depth < TypeRegistry.MAX_DEPTH; depth++) {
      RefusedStatesTest.Node node = new RefusedStatesTest.Node();
      node.next = state;
      state = node;
    }
    Object deepest = state;
    StateCodec nodes = new StateCodec(List.of(RefusedStatesTest.Node.class));
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                nodes.decode(nodes.encode(deepest), RefusedStatesTest.Node.class);
              } catch (Throwable e) {
                failures.add(e);
              }
            },
            "small stack",
            SMALL_STACK);
    thread.start();
    thread.join();
    assertThat(failures).isEmpty();
    List<Object> onMore = new ArrayList<>(List.of(deepest));
    assertThatThrownBy(() -> nodes.encode(onMore)).hasMessageContaining("nested more than");
  }

  /** Moving a line in the list of JDK types would make every stored state unreadable. */
  @Test
  void theIdsOfJdkTypesAreFixed() {
    Map<Object, Integer> ids = new LinkedHashMap<>();
    ids.put("", 0);
    ids.put(1.0, 8);
    ids.put(new double[0], 16);
    ids.put(new String[0][0], 24);
    ids.put(new ArrayList<>(), 25);
    ids.put(new ConcurrentHashMap<>(), 35);
    ids.put(List.of(1, 2, 3), 36);
    ids.put(String.CASE_INSENSITIVE_ORDER, 45);
    ids.put(BigInteger.ONE, 46);
    ids.put(new Date(0), 57);
    ids.put(Optional.empty(), 58);
    ids.put(EnumSet.of(Color.RED), 68);
    ids.forEach(
        (value, id) ->
            assertThat(codec.encode(value).bytes()[0])
                .as(value.getClass().getName())
                .isEqualTo((byte) (id + 2)));
    assertThat(codec.encode("").types().getBuiltins()).isEqualTo(69);
  }

  @Test
  void theTableHoldsOnlyWhatOccurs() {
    assertThat(codec.encode(new Point(1, 1, null)).types().getTypesList())
        .extracting("name")
        .containsExactly(Point.class.getName());
  }

  @Test
  void manyThreadsShareACodec() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      points.add(new Point(i, i, Color.RED));
    }
    assertThat(
            points.parallelStream()
                .map(
                    point -> {
                      try {
                        return codec.decode(codec.encode(point), Point.class);
                      } catch (StoreException e) {
                        throw new AssertionError(e);
                      }
                    })
                .toList())
        .isEqualTo(points);
  }

  private Object roundTrip(Object value) throws StoreException {
    return codec.decode(codec.encode(value), Object.class);
  }
}

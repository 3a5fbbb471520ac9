package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The JDK types that every state may hold. Their ids belong to the format: a line's place is its
 * id, so lines are only ever added, at the end.
 */
final class JdkTypes {
  /** Ids below this one are kept for JDK types. */
  static final int FIRST_USER_ID = 96;

  private final TypeRegistry registry;
  private int next;

  private JdkTypes(TypeRegistry registry) {
    this.registry = registry;
  }

  /** Registers them all; returns how many there are. */
  static int register(TypeRegistry registry) {
    JdkTypes types = new JdkTypes(registry);
    types.values();
    types.arrays();
    types.collections();
    types.immutables();
    types.numbersAndTimes();
    types.others();
    return types.next;
  }

  private void values() {
    add(PlainSerializer.of(StateOutput::writeString, StateInput::readString), String.class);
    add(PlainSerializer.of((o, v) -> o.writeBoolean(v), i -> i.readBoolean()), Boolean.class);
    add(PlainSerializer.of((o, v) -> o.writeByte(v), i -> i.readByte()), Byte.class);
    add(PlainSerializer.of((o, v) -> o.writeShort(v), i -> i.readShort()), Short.class);
    add(PlainSerializer.of((o, v) -> o.writeShort(v), i -> (char) i.readShort()), Character.class);
    add(
        PlainSerializer.of((o, v) -> o.writeVarInt(v, false), i -> i.readVarInt(false)),
        Integer.class);
    add(
        PlainSerializer.of((o, v) -> o.writeVarLong(v, false), i -> i.readVarLong(false)),
        Long.class);
    add(PlainSerializer.of((o, v) -> o.writeFloat(v), i -> i.readFloat()), Float.class);
    add(PlainSerializer.of((o, v) -> o.writeDouble(v), i -> i.readDouble()), Double.class);
  }

  private void arrays() {
    add(ArraySerializers.booleans(), boolean[].class);
    add(ArraySerializers.bytes(), byte[].class);
    add(ArraySerializers.shorts(), short[].class);
    add(ArraySerializers.chars(), char[].class);
    add(ArraySerializers.ints(), int[].class);
    add(ArraySerializers.longs(), long[].class);
    add(ArraySerializers.floats(), float[].class);
    add(ArraySerializers.doubles(), double[].class);
    for (Class<?> type :
        List.of(
            String[].class,
            Object[].class,
            byte[][].class,
            int[][].class,
            long[][].class,
            float[][].class,
            double[][].class,
            String[][].class)) {
      add(ArraySerializers.objects(type), type);
    }
  }

  private void collections() {
    add(
        CollectionSerializers.collection(n -> new ArrayList<>(CollectionSerializers.presized(n))),
        ArrayList.class);
    add(CollectionSerializers.collection(n -> new LinkedList<>()), LinkedList.class);
    add(
        CollectionSerializers.collection(n -> new ArrayDeque<>(CollectionSerializers.presized(n))),
        ArrayDeque.class);
    add(
        CollectionSerializers.collection(n -> new HashSet<>(CollectionSerializers.capacity(n))),
        HashSet.class);
    add(
        CollectionSerializers.collection(
            n -> new LinkedHashSet<>(CollectionSerializers.capacity(n))),
        LinkedHashSet.class);
    add(CollectionSerializers.treeSet(), TreeSet.class);
    add(CollectionSerializers.priorityQueue(), PriorityQueue.class);
    add(
        CollectionSerializers.map(n -> new HashMap<>(CollectionSerializers.capacity(n))),
        HashMap.class);
    add(CollectionSerializers.linkedMap(), LinkedHashMap.class);
    add(CollectionSerializers.treeMap(), TreeMap.class);
    add(CollectionSerializers.map(n -> new ConcurrentHashMap<>()), ConcurrentHashMap.class);
  }

  /** Where the JDK has several classes behind one factory method, they share an id. */
  private void immutables() {
    add(
        CollectionSerializers.fromArray(CollectionSerializers::immutableList),
        List.of().getClass(),
        List.of(1).getClass(),
        List.of(1, 2, 3).getClass());
    add(
        CollectionSerializers.fromArray(CollectionSerializers::immutableSet),
        Set.of().getClass(),
        Set.of(1).getClass(),
        Set.of(1, 2, 3).getClass());
    add(
        CollectionSerializers.immutableMap(),
        Map.of().getClass(),
        Map.of(1, 1).getClass(),
        Map.of(1, 1, 2, 2).getClass());
    add(CollectionSerializers.fromArray(Arrays::asList), Arrays.asList(1).getClass());
    add(PlainSerializer.constant(Collections.emptyList()), Collections.emptyList().getClass());
    add(PlainSerializer.constant(Collections.emptySet()), Collections.emptySet().getClass());
    add(PlainSerializer.constant(Collections.emptyMap()), Collections.emptyMap().getClass());
    add(PlainSerializer.constant(Comparator.naturalOrder()), Comparator.naturalOrder().getClass());
    add(PlainSerializer.constant(Comparator.reverseOrder()), Comparator.reverseOrder().getClass());
    add(
        PlainSerializer.constant(String.CASE_INSENSITIVE_ORDER),
        String.CASE_INSENSITIVE_ORDER.getClass());
  }

  private void numbersAndTimes() {
    PlainSerializer<byte[]> bytes = ArraySerializers.bytes();
    add(
        PlainSerializer.of(
            (o, v) -> bytes.write(o, v.toByteArray()), i -> new BigInteger(bytes.read(i))),
        BigInteger.class);
    add(
        PlainSerializer.of(
            (o, v) -> {
              o.writeInt(v.scale());
              bytes.write(o, v.unscaledValue().toByteArray());
            },
            i -> {
              int scale = i.readInt();
              return new BigDecimal(new BigInteger(bytes.read(i)), scale);
            }),
        BigDecimal.class);
    add(PlainSerializer.<Instant>of(TimeFormat::write, TimeFormat::readInstant), Instant.class);
    add(PlainSerializer.<Duration>of(TimeFormat::write, TimeFormat::readDuration), Duration.class);
    add(PlainSerializer.<LocalDate>of(TimeFormat::write, TimeFormat::readDate), LocalDate.class);
    add(PlainSerializer.<LocalTime>of(TimeFormat::write, TimeFormat::readTime), LocalTime.class);
    add(
        PlainSerializer.<LocalDateTime>of(TimeFormat::write, TimeFormat::readDateTime),
        LocalDateTime.class);
    add(
        PlainSerializer.<ZoneOffset>of(TimeFormat::write, TimeFormat::readOffset),
        ZoneOffset.class);
    add(
        PlainSerializer.of((o, v) -> o.writeString(v.getId()), i -> ZoneId.of(i.readString())),
        ZoneId.of("Europe/Paris").getClass());
    add(
        PlainSerializer.<OffsetDateTime>of(TimeFormat::write, TimeFormat::readOffsetTime),
        OffsetDateTime.class);
    add(
        PlainSerializer.<ZonedDateTime>of(TimeFormat::write, TimeFormat::readZonedTime),
        ZonedDateTime.class);
    add(
        PlainSerializer.of((o, v) -> o.writeLong(v.getTime()), i -> new Date(i.readLong())),
        Date.class);
  }

  private void others() {
    add(new OptionalSerializer(), Optional.class);
    add(
        PlainSerializer.of(
            (o, v) -> {
              o.writeBoolean(v.isPresent());
              o.writeInt(v.orElse(0));
            },
            i -> {
              boolean present = i.readBoolean();
              int value = i.readInt();
              return present ? OptionalInt.of(value) : OptionalInt.empty();
            }),
        OptionalInt.class);
    add(
        PlainSerializer.of(
            (o, v) -> {
              o.writeBoolean(v.isPresent());
              o.writeLong(v.orElse(0));
            },
            i -> {
              boolean present = i.readBoolean();
              long value = i.readLong();
              return present ? OptionalLong.of(value) : OptionalLong.empty();
            }),
        OptionalLong.class);
    add(
        PlainSerializer.of(
            (o, v) -> {
              o.writeBoolean(v.isPresent());
              o.writeDouble(v.orElse(0));
            },
            i -> {
              boolean present = i.readBoolean();
              double value = i.readDouble();
              return present ? OptionalDouble.of(value) : OptionalDouble.empty();
            }),
        OptionalDouble.class);
    PlainSerializer<long[]> longs = ArraySerializers.longs();
    add(
        PlainSerializer.of(
            (o, v) -> longs.write(o, v.toLongArray()), i -> BitSet.valueOf(longs.read(i))),
        BitSet.class);
    add(
        PlainSerializer.of(
            (o, v) -> {
              o.writeLong(v.getMostSignificantBits());
              o.writeLong(v.getLeastSignificantBits());
            },
            i -> new UUID(i.readLong(), i.readLong())),
        UUID.class);
    add(
        PlainSerializer.of((o, v) -> o.writeInt(v.get()), i -> new AtomicInteger(i.readInt())),
        AtomicInteger.class);
    add(
        PlainSerializer.of((o, v) -> o.writeLong(v.get()), i -> new AtomicLong(i.readLong())),
        AtomicLong.class);
    add(
        PlainSerializer.of(
            (o, v) -> o.writeBoolean(v.get()), i -> new AtomicBoolean(i.readBoolean())),
        AtomicBoolean.class);
    add(
        PlainSerializer.of(
            (o, v) -> o.writeString(v.toString()), i -> new StringBuilder(i.readString())),
        StringBuilder.class);
    add(new EnumSetSerializer(), EnumSet.class);
  }

  private void add(StateSerializer<?> serializer, Class<?>... types) {
    int id = next++;
    for (Class<?> type : types) {
      registry.bind(type, id, serializer);
    }
  }

  /** May be empty, or hold anything. */
  private static final class OptionalSerializer extends StateSerializer<Optional<Object>> {
    @Override
    void write(Kryo kryo, StateOutput out, Optional<Object> value) {
      kryo.writeClassAndObject(out, value.orElse(null));
    }

    @Override
    Optional<Object> read(Kryo kryo, StateInput in) {
      return Optional.ofNullable(kryo.readClassAndObject(in));
    }
  }
}

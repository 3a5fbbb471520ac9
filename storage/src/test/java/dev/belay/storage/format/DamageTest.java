package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.DamagingStore;
import dev.belay.storage.file.FileStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to an object's bytes is found when it is read. */
class DamageTest {
  @TempDir Path directory;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = new FileStore(directory.resolve("store"));
  }

  @ParameterizedTest
  @EnumSource
  void undamagedItIsReadWhole(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    assertThat(object.read(store, reference)).isEqualTo(object.content());
  }

  @ParameterizedTest
  @EnumSource
  void everyFlippedByteIsFound(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    for (int i = 0; i < reference.getLength(); i++) {
      for (int mask : new int[] {1, 0x80, 0xff}) {
        int index = i;
        assertCorrupt(
            object,
            reference,
            bytes -> DamagingStore.flip(bytes, index, mask),
            "byte " + i + " ^ " + mask);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsFound(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    for (int i = 0; i < reference.getLength(); i++) {
      int length = i;
      assertCorrupt(object, reference, bytes -> Arrays.copyOf(bytes, length), "length " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAppendedIsFound(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    assertCorrupt(
        object, reference, bytes -> Arrays.copyOf(bytes, bytes.length + 1), "a byte more");
    assertCorrupt(
        object,
        reference,
        bytes -> {
          byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
          System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
          return twice;
        },
        "twice");
  }

  @ParameterizedTest
  @EnumSource
  void anotherKindOfObjectIsFound(StoredObjects object) throws Exception {
    StoredObjects other = StoredObjects.values()[(object.ordinal() + 1) % 3];
    ObjectRef reference = other.write(store, directory);
    assertCorrupt(object, reference, bytes -> bytes, "a " + other);
  }

  @ParameterizedTest
  @EnumSource
  void aNewerVersionIsIncompatible(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    ObjectStore newer =
        new DamagingStore(
            store,
            (key, bytes) -> {
              ByteBuffer header = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
              header.putShort(8, (short) 3);
              CRC32C crc = new CRC32C();
              crc.update(header.array(), 0, 12);
              return header.putInt(12, (int) crc.getValue()).array();
            });
    assertThatThrownBy(() -> object.read(newer, reference))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE))
        .hasMessageContaining(reference.getKey())
        .hasMessageContaining("it has format version 3 and this Belay reads up to 2: use");
  }

  /** Also with a digest that fits, as if the one who damaged it had written it. */
  @ParameterizedTest
  @EnumSource
  void nothingButNamedFailures(StoredObjects object) throws Exception {
    ObjectRef reference = object.write(store, directory);
    long seed = 20261101;
    Random random = new Random(seed);
    for (int round = 0; round < 1_500; round++) {
      byte[][] damaged = new byte[1][];
      ObjectStore damaging =
          new DamagingStore(
              store,
              (key, bytes) -> {
                if (damaged[0] == null) {
                  damaged[0] = damage(bytes, random);
                }
                return damaged[0];
              });
      ObjectRef forged = forge(damaging, reference);
      Throwable failure = catchThrowable(() -> object.read(damaging, forged));
      String where = "seed " + seed + ", round " + round;
      if (failure instanceof StoreException known) {
        assertThat(known.kind()).as(where + known).isIn(Kind.CORRUPT, Kind.INCOMPATIBLE);
      } else {
        assertThat(failure).as(where).isNull();
      }
    }
  }

  private static byte[] damage(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    int manifest =
        (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(bytes.length - 24);
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      int from = random.nextInt(4) == 0 ? 16 : manifest;
      damaged[from + random.nextInt(bytes.length - 24 - from)] = (byte) random.nextInt();
    }
    return damaged;
  }

  private static ObjectRef forge(ObjectStore store, ObjectRef reference) throws Exception {
    try (var in = store.open(reference.getKey(), 0)) {
      byte[] bytes = in.readAllBytes();
      int manifest =
          (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(bytes.length - 24);
      var digest = Digests.sha256();
      digest.update(bytes, 0, 16);
      digest.update(bytes, manifest, bytes.length - 24 - manifest);
      return reference.toBuilder()
          .setDigest(com.google.protobuf.ByteString.copyFrom(digest.digest()))
          .build();
    }
  }

  private void assertCorrupt(
      StoredObjects object, ObjectRef reference, UnaryOperator<byte[]> damage, String what) {
    ObjectStore damaging = new DamagingStore(store, (key, bytes) -> damage.apply(bytes));
    assertThatThrownBy(() -> object.read(damaging, reference))
        .as(what)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).as(what + ": " + e).isEqualTo(Kind.CORRUPT))
        .hasMessageContaining(reference.getKey())
        .message()
        .doesNotContain("\n");
  }
}

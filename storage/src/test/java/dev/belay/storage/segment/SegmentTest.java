package dev.belay.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.AmbiguousStore;
import dev.belay.storage.faults.DamagingStore;
import dev.belay.storage.faults.FullDiskStore;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {
  @TempDir Path directory;
  private Path scratch;
  private ObjectStore store;

  @BeforeEach
  void open() {
    scratch = directory.resolve("scratch");
    store = new FileStore(directory.resolve("store"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 1 << 20, (1 << 20) + 1, 5_000_000})
  void readsWhatWasWritten(int length) throws Exception {
    byte[] bytes = random(length);
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      int half = length / 2;
      spool.write(bytes, 0, half);
      if (length > half) {
        spool.write(bytes[half]);
        spool.write(bytes, half + 1, length - half - 1);
      }
      assertThat(spool.length()).isEqualTo(length);
      ObjectRef object = spool.storeAs(store, "a/segment");
      assertThat(spool.length()).isEqualTo(length);
      assertThat(read(store, object)).isEqualTo(bytes);
      try (SegmentInput in = SegmentInput.open(store, object)) {
        assertThat(in.length()).isEqualTo(length);
      }
    }
  }

  /** Not even its spool file has a name while it is written, so a killed process leaves none. */
  @Test
  void whatWasNotStoredLeavesNothing() throws Exception {
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      spool.write(random(60 << 20));
      try (Stream<Path> files = Files.list(scratch)) {
        assertThat(files).isEmpty();
      }
    }
    try (Stream<Path> files = Files.list(scratch)) {
      assertThat(files).isEmpty();
    }
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void noByteAfterTheDamageIsGivenOut() throws Exception {
    byte[] bytes = random(4 << 20);
    ObjectRef object = store("key", bytes);
    ObjectStore damaging =
        new DamagingStore(
            store, (key, whole) -> DamagingStore.flip(whole, (int) (2.5 * (1 << 20)), 1));
    try (SegmentInput in = SegmentInput.open(damaging, object)) {
      byte[] read = new byte[2 << 20];
      assertThat(in.readNBytes(read, 0, read.length)).isEqualTo(read.length);
      assertThat(read).isEqualTo(java.util.Arrays.copyOf(bytes, read.length));
      assertThatThrownBy(in::read)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
          .hasMessageContaining("key");
    }
  }

  @Test
  void aFailedPutIsTriedAgainFromTheSpool() throws Exception {
    byte[] bytes = random(2 << 20);
    FullDiskStore disk = new FullDiskStore(store, 100);
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      spool.write(bytes);
      assertThatThrownBy(() -> spool.storeAs(disk, "try-0"))
          .hasMessageContaining("no space left on device");
      assertThat(store.list("")).isEmpty();
      disk.addRoom(10 << 20);
      assertThat(read(store, spool.storeAs(disk, "try-1"))).isEqualTo(bytes);
    }
  }

  @Test
  void anObjectThatAnEarlierTryLeftIsRecognised() throws Exception {
    byte[] bytes = random(100_000);
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      spool.write(bytes);
      ObjectStore ambiguous = new AmbiguousStore(store, key -> true);
      assertThatThrownBy(() -> spool.storeAs(ambiguous, "key"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
      assertThat(read(store, spool.storeAs(ambiguous, "key"))).isEqualTo(bytes);
    }
    try (SegmentSpool other = new SegmentSpool(scratch)) {
      other.write(random(99_999));
      assertThatThrownBy(() -> other.storeAs(store, "key"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EXISTS));
    }
  }

  @Test
  void afterItsEndNothingIsWritten() throws Exception {
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      spool.write(1);
      spool.storeAs(store, "key");
      assertThatThrownBy(() -> spool.write(2)).isInstanceOf(IllegalStateException.class);
    }
  }

  private ObjectRef store(String key, byte[] bytes) throws IOException {
    try (SegmentSpool spool = new SegmentSpool(scratch)) {
      spool.write(bytes);
      return spool.storeAs(store, key);
    }
  }

  private static byte[] read(ObjectStore from, ObjectRef object) throws IOException {
    try (SegmentInput in = SegmentInput.open(from, object)) {
      return in.readAllBytes();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}

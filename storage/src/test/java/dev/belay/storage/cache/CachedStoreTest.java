package dev.belay.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.UnavailableStore;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on this machine's own disk is not fetched again, and never stands in the way. */
class CachedStoreTest {
  private static final String KEY = "c/job-1/p0/1-1-1-1.ckpt";
  private static final int CAPACITY = 1 << 20;

  @TempDir Path directory;
  private ObjectStore files;
  private boolean away;
  private LocalCache cache;
  private ObjectStore store;

  @BeforeEach
  void open() {
    files = new FileStore(directory.resolve("store"));
    restart(CAPACITY);
  }

  /** As a worker that comes back on the same directory. */
  private void restart(long capacity) {
    cache = new LocalCache(directory.resolve("cache"), capacity);
    store =
        new CachedStore(
            new UnavailableStore(files, operation -> away), cache, key -> key.endsWith(".ckpt"));
  }

  @Test
  void whatWasReadOnceIsReadWithoutTheStore() throws Exception {
    byte[] bytes = put(KEY, 100_000);
    assertThat(read(KEY, 1_000, 50_000)).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 51_000));
    away = true;
    assertThat(read(KEY, 1_000, 50_000)).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 51_000));
    assertThat(read(KEY, 2_000, 10)).isEqualTo(Arrays.copyOfRange(bytes, 2_000, 2_010));
    assertUnavailable(KEY, 999, 10);
    assertUnavailable(KEY, 50_999, 10);
    restart(CAPACITY);
    assertThat(read(KEY, 1_000, 50_000)).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 51_000));
  }

  @Test
  void theEndOfAnObjectIsKnownOnceItWasRead() throws Exception {
    byte[] bytes = put(KEY, 1_000);
    read(KEY, 900, Integer.MAX_VALUE);
    away = true;
    assertThat(read(KEY, 950, 10_000)).isEqualTo(Arrays.copyOfRange(bytes, 950, 1_000));
  }

  @Test
  void anAdoptedFileIsTheWholeObjectAlsoAfterARestart() throws Exception {
    byte[] bytes = put(KEY, 10_000);
    Path spool = Files.write(directory.resolve("spool"), bytes);
    cache.adopt(KEY, path -> Files.move(spool, path));
    assertThat(spool).doesNotExist();
    away = true;
    assertThat(read(KEY, 0, Integer.MAX_VALUE)).isEqualTo(bytes);
    restart(CAPACITY);
    assertThat(read(KEY, 0, Integer.MAX_VALUE)).isEqualTo(bytes);
  }

  @Test
  void whatWasForgottenIsFetchedAgain() throws Exception {
    byte[] bytes = put(KEY, 10_000);
    read(KEY, 0, 10_000);
    damageCached(KEY);
    assertThat(read(KEY, 0, 10_000)).isNotEqualTo(bytes);
    assertThat(cache.forget(KEY)).isTrue();
    assertThat(cache.forget(KEY)).isFalse();
    assertThat(read(KEY, 0, 10_000)).isEqualTo(bytes);
  }

  @Test
  void whoReadsWhileItIsForgottenReadsOn() throws Exception {
    byte[] bytes = put(KEY, 100_000);
    read(KEY, 0, 100_000);
    try (InputStream in = store.open(KEY, 0, 100_000)) {
      byte[] first = in.readNBytes(10);
      cache.forget(KEY);
      assertThat(first).isEqualTo(Arrays.copyOf(bytes, 10));
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 10, 100_000));
    }
  }

  @Test
  void whatIsForgottenWhileItIsFilledStaysForgotten() throws Exception {
    put(KEY, 100_000);
    try (InputStream in = store.open(KEY, 0, 100_000)) {
      in.readNBytes(10_000);
      cache.forget(KEY);
      in.readAllBytes();
    }
    away = true;
    assertUnavailable(KEY, 0, 10);
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() throws Exception {
    restart(30_000);
    for (String key : List.of("a.ckpt", "b.ckpt", "c.ckpt")) {
      put(key, 10_000);
      read(key, 0, 10_000);
    }
    read("a.ckpt", 0, 10);
    put("d.ckpt", 10_000);
    read("d.ckpt", 0, 10_000);
    assertThat(cache.bytes()).isLessThanOrEqualTo(30_000);
    away = true;
    assertThat(read("a.ckpt", 0, 10_000)).hasSize(10_000);
    assertUnavailable("b.ckpt", 0, 10_000);
    assertThat(read("d.ckpt", 0, 10_000)).hasSize(10_000);
  }

  @Test
  void whatIsOfNoUseAnyMoreMakesRoom() throws Exception {
    for (String key : List.of("j/p1/1.ckpt", "j/p1/2.ckpt", "j/p10/1.ckpt")) {
      put(key, 1_000);
      read(key, 0, 1_000);
    }
    cache.retain("j/p1/", List.of("j/p1/2.ckpt"));
    away = true;
    assertUnavailable("j/p1/1.ckpt", 0, 10);
    assertThat(read("j/p1/2.ckpt", 0, 10)).hasSize(10);
    assertThat(read("j/p10/1.ckpt", 0, 10)).hasSize(10);
  }

  @Test
  void otherObjectsAreNotKept() throws Exception {
    put("a.seg", 1_000);
    read("a.seg", 0, 1_000);
    away = true;
    assertUnavailable("a.seg", 0, 1_000);
  }

  @Test
  void aCacheThatCannotBeWrittenIsNoHindrance() throws Exception {
    Files.write(directory.resolve("file"), new byte[1]);
    cache = new LocalCache(directory.resolve("file/cache"), CAPACITY);
    store = new CachedStore(files, cache, key -> true);
    byte[] bytes = put(KEY, 1_000);
    assertThat(read(KEY, 0, 1_000)).isEqualTo(bytes);
    cache.adopt(KEY, path -> Files.write(path, bytes));
    assertThat(read(KEY, 0, 1_000)).isEqualTo(bytes);
  }

  @Test
  void whatAKilledProcessHadNotListedIsNotThere() throws Exception {
    byte[] bytes = put(KEY, 10_000);
    read(KEY, 0, 10_000);
    Path list = directory.resolve("cache").resolve(KEY + CachedObject.PARTS);
    try (FileChannel channel = FileChannel.open(list, StandardOpenOption.WRITE)) {
      channel.truncate(9);
    }
    restart(CAPACITY);
    assertThat(cache.bytes()).isZero();
    assertThat(read(KEY, 0, 10_000)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyOrderOfReadsGivesWhatTheStoreHolds(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> keys = List.of("a.ckpt", "b.ckpt", "c/d.ckpt");
    List<byte[]> contents = new ArrayList<>();
    for (String key : keys) {
      contents.add(put(key, 1 + random.nextInt(5_000)));
    }
    for (int i = 0; i < 500; i++) {
      int which = random.nextInt(keys.size());
      byte[] content = contents.get(which);
      int offset = random.nextInt(content.length);
      int length = 1 + random.nextInt(2_000);
      byte[] expected =
          Arrays.copyOfRange(content, offset, Math.min(content.length, offset + length));
      assertThat(read(keys.get(which), offset, length)).as("seed %s", seed).isEqualTo(expected);
      switch (random.nextInt(40)) {
        case 0 -> restart(1 + random.nextInt(10_000));
        case 1 -> cache.forget(keys.get(which));
        case 2 -> cache.adopt(keys.get(which), path -> Files.write(path, content));
        default -> {}
      }
    }
  }

  private byte[] put(String key, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(key.hashCode()).nextBytes(bytes);
    files.put(key, out -> out.write(bytes));
    return bytes;
  }

  private byte[] read(String key, long offset, long length) throws IOException {
    try (InputStream in = store.open(key, offset, length)) {
      return in.readAllBytes();
    }
  }

  private void assertUnavailable(String key, long offset, long length) {
    assertThatThrownBy(() -> read(key, offset, length))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  private void damageCached(String key) throws IOException {
    try (FileChannel channel =
        FileChannel.open(directory.resolve("cache").resolve(key), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);
    }
  }
}

package dev.belay.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store and every decorator of one must do. */
public abstract class ObjectStoreContract {
  /** The store under test, fresh for each test. */
  protected abstract ObjectStore store();

  /** The same place, opened by itself, as by another process. */
  protected abstract ObjectStore another();

  /** What the store lists, once it has come to know. */
  protected List<Stored> list(ObjectStore store, String prefix) throws StoreException {
    return store.list(prefix);
  }

  @Test
  protected void whatWasPutIsReadWhole() throws Exception {
    byte[] bytes = random(300_000);
    assertThat(store().put("a/b/c.bin", out -> out.write(bytes))).isEqualTo(bytes.length);
    assertThat(read(store(), "a/b/c.bin", 0)).isEqualTo(bytes);
    assertThat(read(another(), "a/b/c.bin", 0)).isEqualTo(bytes);
  }

  @Test
  protected void writesOfAllSizesArriveInOrder() throws Exception {
    byte[] bytes = random(200_000);
    store()
        .put(
            "k",
            out -> {
              out.write(bytes[0]);
              out.write(bytes, 1, 10);
              out.flush();
              out.write(bytes, 11, 100_000);
              out.write(bytes, 100_011, bytes.length - 100_011);
            });
    assertThat(read(store(), "k", 0)).isEqualTo(bytes);
  }

  @Test
  protected void readingStartsAtTheOffset() throws Exception {
    store().put("k", out -> out.write("0123456789".getBytes(UTF_8)));
    assertThat(read(store(), "k", 7)).asString(UTF_8).isEqualTo("789");
    assertThat(read(store(), "k", 10)).isEmpty();
    assertKind(Kind.CORRUPT, () -> read(store(), "k", 11));
  }

  @Test
  protected void readingEndsWhereTheReaderSaid() throws Exception {
    store().put("k", out -> out.write("0123456789".getBytes(UTF_8)));
    assertThat(read(store(), "k", 3, 4)).asString(UTF_8).isEqualTo("3456");
    assertThat(read(store(), "k", 0, 10)).asString(UTF_8).isEqualTo("0123456789");
    assertThat(read(store(), "k", 7, 5)).asString(UTF_8).isEqualTo("789");
    assertThat(read(store(), "k", 10, 5)).isEmpty();
    assertThat(read(store(), "k", 4, 0)).isEmpty();
    assertThat(read(store(), "k", 10, 0)).isEmpty();
    assertKind(Kind.CORRUPT, () -> read(store(), "k", 11, 1));
    assertKind(Kind.CORRUPT, () -> read(store(), "k", 11, 0));
    assertKind(Kind.MISSING, () -> read(store(), "nothing", 0, 0));
    assertIllegal(() -> store().open("k", -1, 1));
    assertIllegal(() -> store().open("k", 0, -1));
  }

  @Test
  protected void aLongRangeIsReadWholeByteByByteAndInPieces() throws Exception {
    byte[] bytes = random(9_000_000);
    store().put("k", out -> out.write(bytes));
    assertThat(read(store(), "k", 1_000, 8_500_000))
        .isEqualTo(Arrays.copyOfRange(bytes, 1_000, 8_501_000));
    try (InputStream in = store().open("k", 5, 3)) {
      assertThat(in.read()).isEqualTo(bytes[5] & 0xff);
      assertThat(in.readNBytes(5)).containsExactly(bytes[6], bytes[7]);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  protected void anEmptyObjectIsAnObject() throws Exception {
    assertThat(store().put("empty", out -> {})).isZero();
    assertThat(read(store(), "empty", 0)).isEmpty();
    assertThat(list(store(), "")).containsExactly(new Stored("empty", 0));
  }

  @Test
  protected void aKeyIsNeverReplaced() throws Exception {
    store().put("k", out -> out.write(1));
    assertKind(Kind.EXISTS, () -> store().put("k", out -> out.write(2)));
    assertKind(Kind.EXISTS, () -> another().put("k", out -> out.write(2)));
    assertThat(read(store(), "k", 0)).containsExactly(1);
  }

  @Test
  protected void ofManyPutsToOneKeyOneWins() throws Exception {
    store().put("first", out -> {});
    int rivals = 8;
    CyclicBarrier start = new CyclicBarrier(rivals);
    ExecutorService threads = Executors.newFixedThreadPool(rivals);
    try {
      for (int round = 0; round < 10; round++) {
        String key = "race/" + round;
        List<Future<Boolean>> results = new ArrayList<>();
        for (int rival = 0; rival < rivals; rival++) {
          byte[] mine = new byte[10_000];
          Arrays.fill(mine, (byte) rival);
          ObjectStore store = rival % 2 == 0 ? store() : another();
          results.add(threads.submit(() -> wins(store, key, mine, start)));
        }
        List<Integer> winners = new ArrayList<>();
        for (int rival = 0; rival < rivals; rival++) {
          if (results.get(rival).get()) {
            winners.add(rival);
          }
        }
        assertThat(winners).as(key).hasSize(1);
        byte[] expected = new byte[10_000];
        Arrays.fill(expected, winners.get(0).byteValue());
        assertThat(read(store(), key, 0)).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean wins(ObjectStore store, String key, byte[] mine, CyclicBarrier start)
      throws Exception {
    start.await();
    try {
      store.put(key, out -> out.write(mine));
      return true;
    } catch (StoreException e) {
      assertThat(e.kind()).isEqualTo(Kind.EXISTS);
      return false;
    }
  }

  @Test
  protected void nothingIsVisibleBeforeThePutReturns() throws Exception {
    AtomicBoolean looked = new AtomicBoolean();
    store().put("before", out -> {});
    store()
        .put(
            "k",
            out -> {
              out.write(random(200_000));
              out.flush();
              assertKind(Kind.MISSING, () -> read(another(), "k", 0));
              assertThat(list(another(), "")).containsExactly(new Stored("before", 0));
              looked.set(true);
            });
    assertThat(looked).isTrue();
    assertThat(list(another(), "")).hasSize(2);
  }

  @Test
  protected void aBodyThatFailsLeavesNothing() throws Exception {
    assertThatThrownBy(
            () ->
                store()
                    .put(
                        "k",
                        out -> {
                          out.write(random(100_000));
                          throw new IllegalStateException("user code");
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("user code");
    assertKind(
        Kind.UNAVAILABLE,
        () ->
            store()
                .put(
                    "k",
                    out -> {
                      throw new IOException("its source failed");
                    }));
    assertThat(list(store(), "")).isEmpty();
    store().put("k", out -> out.write(5));
    assertThat(read(store(), "k", 0)).containsExactly(5);
  }

  @Test
  protected void whatIsNotThereIsMissing() throws Exception {
    store().put("a/b", out -> {});
    assertKind(Kind.MISSING, () -> read(store(), "nothing", 0));
    assertKind(Kind.MISSING, () -> read(store(), "a", 0));
    assertKind(Kind.MISSING, () -> read(store(), "a/c", 0));
    assertKind(Kind.MISSING, () -> read(store(), "a/b/c", 0));
  }

  @Test
  protected void deletedIsGone() throws Exception {
    store().put("a/b", out -> {});
    store().delete("a/b");
    store().delete("a/b");
    store().delete("never/was");
    assertKind(Kind.MISSING, () -> read(another(), "a/b", 0));
    assertThat(list(store(), "")).isEmpty();
  }

  @Test
  protected void listsWhatIsBelowThePrefixSorted() throws Exception {
    for (String key : List.of("p/2", "p/10", "p/1/x", "p2/1", "q", "p/1-x")) {
      store().put(key, out -> out.write(key.getBytes(UTF_8)));
    }
    assertThat(list(store(), "p/"))
        .containsExactly(
            new Stored("p/1-x", 5),
            new Stored("p/1/x", 5),
            new Stored("p/10", 4),
            new Stored("p/2", 3));
    assertThat(list(store(), ""))
        .extracting(Stored::key)
        .containsExactly("p/1-x", "p/1/x", "p/10", "p/2", "p2/1", "q");
    assertThat(list(store(), "nothing/")).isEmpty();
    assertThat(list(store(), "q/")).isEmpty();
  }

  @Test
  protected void aStoreThatWasNeverWrittenToListsNothing() throws Exception {
    assertThat(list(store(), "")).isEmpty();
    assertThat(list(store(), "a/")).isEmpty();
  }

  /** Larger than what any store keeps in memory before it sends: a put that takes its time. */
  @Test
  protected void whatNobodyFinishedIsAbandoned() throws Exception {
    assertThat(store().unfinished("")).isEmpty();
    store().abandon("u/never");
    byte[] bytes = random(20_000_000);
    store()
        .put(
            "u/k",
            out -> {
              out.write(bytes);
              assertThat(another().unfinished("")).isSubsetOf("u/k");
              assertThat(another().unfinished("u/")).isEqualTo(another().unfinished(""));
              assertThat(another().unfinished("v/")).isEmpty();
              another().abandon("u/other");
              another().abandon("u");
            });
    assertThat(another().unfinished("")).isEmpty();
    another().abandon("u/k");
    assertThat(read(store(), "u/k", 0)).isEqualTo(bytes);
  }

  @Test
  protected void aPutThatIsAbandonedFailsOrHasStoredAll() throws Exception {
    byte[] bytes = random(20_000_000);
    boolean stored;
    try {
      store()
          .put(
              "u/k",
              out -> {
                out.write(bytes);
                another().abandon("u/k");
              });
      stored = true;
    } catch (StoreException e) {
      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      stored = false;
    }
    assertThat(another().unfinished("")).isEmpty();
    assertThat(list(another(), ""))
        .isEqualTo(stored ? List.of(new Stored("u/k", bytes.length)) : List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..", "~tmp", "a b",
        "a\\b", "a\nb", "ä", "a:b", "a%2fb", "\u0000", "a*"
      })
  protected void refusesWhatIsNoKey(String key) {
    assertIllegal(() -> store().put(key, out -> {}));
    assertIllegal(() -> store().open(key, 0));
    assertIllegal(
        () -> {
          store().delete(key);
          return null;
        });
    assertIllegal(
        () -> {
          store().abandon(key);
          return null;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "../", "a//", "a/../", "./"})
  protected void refusesWhatIsNoPrefix(String prefix) {
    assertIllegal(() -> store().list(prefix));
    assertIllegal(() -> store().unfinished(prefix));
  }

  @Test
  protected void takesTheLongestKeysAndRefusesLongerOnes() throws Exception {
    String segment = "s".repeat(200);
    String key = segment + "/" + segment + "/" + "t".repeat(110);
    store().put(key, out -> out.write(1));
    assertThat(read(store(), key, 0)).containsExactly(1);
    assertIllegal(() -> store().put(key + "t", out -> {}));
    assertIllegal(() -> store().put(segment + "s", out -> {}));
  }

  @Test
  protected void saysWhereItIs() {
    assertThat(store().describe()).isNotBlank().doesNotContain("\n");
    assertThat(store().locate("a/b")).endsWith("a/b").doesNotContain("\n").isNotEqualTo("a/b");
    assertIllegal(() -> store().locate("../a"));
  }

  protected static byte[] read(ObjectStore store, String key, long offset, long length)
      throws IOException {
    try (InputStream in = store.open(key, offset, length)) {
      return in.readAllBytes();
    }
  }

  protected static byte[] read(ObjectStore store, String key, long offset) throws IOException {
    try (InputStream in = store.open(key, offset)) {
      return in.readAllBytes();
    }
  }

  protected static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  protected static void assertKind(Kind kind, Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .message()
        .doesNotContain("\n");
  }

  private static void assertIllegal(Callable<?> call) {
    assertThatThrownBy(call::call).isInstanceOf(IllegalArgumentException.class);
  }
}

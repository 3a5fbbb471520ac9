package dev.belay.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each decorator's fault is the one that it is named for. */
class FaultsTest {
  @TempDir Path directory;
  private FileStore files;

  @BeforeEach
  void open() throws Exception {
    files = new FileStore(directory);
    files.put("k", out -> out.write(new byte[] {1, 2, 3}));
  }

  @Test
  void anAmbiguousPutHasStored() throws Exception {
    ObjectStore store = new AmbiguousStore(files, "a"::equals);
    assertKind(Kind.UNAVAILABLE, () -> store.put("a", out -> out.write(7)));
    assertThat(read(store, "a")).containsExactly(7);
    assertKind(Kind.EXISTS, () -> store.put("a", out -> out.write(7)));
  }

  @Test
  void bytesAreFlippedAndCutOnTheWayOutAlone() throws Exception {
    assertThat(read(new DamagingStore(files, (key, all) -> DamagingStore.flip(all, 1, 4)), "k"))
        .containsExactly(1, 6, 3);
    ObjectStore cut = new DamagingStore(files, (key, all) -> DamagingStore.truncate(all, 2));
    assertThat(read(cut, "k")).containsExactly(1, 2);
    assertKind(Kind.CORRUPT, () -> cut.open("k", 3));
    assertThat(read(files, "k")).containsExactly(1, 2, 3);
  }

  @Test
  void whatIsLostIsMissingAndNotListed() throws Exception {
    ObjectStore store = new LossyStore(files, "k"::equals);
    assertKind(Kind.MISSING, () -> store.open("k", 0));
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void aListLagsBehindPutsAndDeletes() throws Exception {
    ObjectStore store = new LaggingStore(files, 2);
    store.put("new", out -> out.write(1));
    store.delete("k");
    for (int i = 0; i < 2; i++) {
      assertThat(store.list("")).containsExactly(new Stored("k", 3));
    }
    assertThat(store.list("")).containsExactly(new Stored("new", 1));
    assertKind(Kind.MISSING, () -> store.open("k", 0));
    assertThat(read(store, "new")).containsExactly(1);
  }

  @Test
  void whoAsksTooOftenIsToldToSlowDown() throws Exception {
    AtomicLong nanos = new AtomicLong();
    ObjectStore store = new ThrottlingStore(files, 2, nanos::get);
    store.open("k", 0).close();
    assertThat(store.list("")).hasSize(1);
    assertKind(Kind.UNAVAILABLE, () -> store.put("x", out -> {}));
    nanos.addAndGet(500_000_000);
    store.put("x", out -> {});
    assertKind(Kind.UNAVAILABLE, () -> store.open("x", 0));
  }

  @Test
  void whatIsOutOfReachDoesNothing() throws Exception {
    ObjectStore store = new UnavailableStore(files, operation -> true);
    assertKind(Kind.UNAVAILABLE, () -> store.put("x", out -> {}));
    assertKind(Kind.UNAVAILABLE, () -> store.open("k", 0));
    assertKind(Kind.UNAVAILABLE, () -> store.list(""));
    assertKind(
        Kind.UNAVAILABLE,
        () -> {
          store.delete("k");
          return null;
        });
    assertThat(files.list("")).containsExactly(new Stored("k", 3));
  }

  private static byte[] read(ObjectStore store, String key) throws IOException {
    try (InputStream in = store.open(key, 0)) {
      return in.readAllBytes();
    }
  }

  private static void assertKind(Kind kind, Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }
}

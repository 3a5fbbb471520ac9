package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.ForwardingStore;
import dev.belay.storage.faults.UnavailableStore;
import dev.belay.storage.file.FileStore;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens while a checkpoint is on its way. */
@Timeout(60)
class DraftTest {
  private static final byte[] PIECE = Content.bytes(1, 1 << 20);

  @TempDir Path directory;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = new FileStore(directory.resolve("store"));
  }

  @AfterEach
  void close() {
    executor.shutdownNow();
  }

  /** Or what is written could never be larger than what may wait. */
  @Test
  void thePutBeginsBeforeTheStateIsWritten() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    ObjectStore watching =
        new ForwardingStore(store) {
          @Override
          public long put(String key, Body body) throws StoreException {
            return super.put(
                key,
                out ->
                    body.writeTo(
                        new FilterOutputStream(out) {
                          @Override
                          public void write(byte[] bytes, int offset, int length)
                              throws IOException {
                            out.write(bytes, offset, length);
                            if (length > 1 << 10) {
                              arrived.countDown();
                            }
                          }
                        }));
          }
        };
    CheckpointStore checkpoints = new CheckpointStore(watching, executor);
    CompletableFuture<Checkpoint> stored = new CompletableFuture<>();
    try (CheckpointDraft draft = draft(checkpoints)) {
      draft.whenLarge(() -> executor.execute(() -> storeAs(draft, "large", stored)));
      OutputStream out = draft.section("state");
      int pieces = 0;
      while (arrived.getCount() > 0) {
        out.write(PIECE);
        pieces++;
      }
      out.close();
      draft.finish();
      Checkpoint checkpoint = stored.get();
      assertThat(checkpoint.getBytes()).isEqualTo((long) pieces * PIECE.length);
      checkpoints.open(checkpoint).verify();
    }
    assertThat(scratch()).isEmpty();
  }

  @Test
  void aFailedPutIsTriedAgainFromTheSpool() throws Exception {
    boolean[] down = {true};
    CheckpointStore checkpoints =
        new CheckpointStore(new UnavailableStore(store, any -> down[0]), executor);
    try (CheckpointDraft draft = draft(checkpoints)) {
      write(draft, 3);
      assertThatThrownBy(() -> draft.storeAs("one", Samples.TASK, Samples.IDENTITY))
          .isInstanceOf(StoreException.class);
      down[0] = false;
      Checkpoint stored = draft.storeAs("two", Samples.TASK, Samples.IDENTITY);
      checkpoints.open(stored).verify();
      assertThat(stored.getReferencesList()).containsExactly("two");
    }
  }

  @Test
  void aFullScratchDiskIsAFailureThatMayPass() throws Exception {
    Path file = Files.createFile(directory.resolve("in-the-way"));
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    try (CheckpointDraft draft = checkpoints.draft(() -> file, Basis.NONE)) {
      assertThatThrownBy(
              () -> {
                write(draft, 4);
                Checkpoint unused = draft.storeAs("one", Samples.TASK, Samples.IDENTITY);
              })
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessageContaining("cannot write a temporary file in " + file);
    }
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void cancellingEndsAPutThatFollows() throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    CompletableFuture<Checkpoint> stored = new CompletableFuture<>();
    CheckpointDraft draft = draft(checkpoints);
    OutputStream out = draft.section("state");
    out.write(PIECE);
    executor.execute(() -> storeAs(draft, "one", stored));
    draft.cancel();
    assertThatThrownBy(stored::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("given up");
    assertThatThrownBy(
            () -> {
              while (true) {
                out.write(PIECE);
              }
            })
        .isInstanceOf(StoreException.class);
    draft.close();
    assertThat(store.list("")).isEmpty();
    assertThat(scratch()).isEmpty();
  }

  /** Room that was taken is given back however a checkpoint ends, or all would come to a stop. */
  @Test
  void whatIsGivenUpTakesNoRoom() throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    for (int i = 0; i < 300; i++) {
      CheckpointDraft draft = draft(checkpoints);
      OutputStream out = draft.section("state");
      out.write(PIECE, 0, 1 + i * 3000);
      if (i % 3 == 0) {
        out.close();
        draft.finish();
      }
      draft.close();
    }
    try (CheckpointDraft draft = draft(checkpoints)) {
      write(draft, 70);
      checkpoints.open(draft.storeAs("last", Samples.TASK, Samples.IDENTITY)).verify();
    }
  }

  @Test
  void anInterruptThatWasThereBeforeIsKeptAndDoesNoHarm() throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    Thread.currentThread().interrupt();
    try (CheckpointDraft draft = draft(checkpoints)) {
      write(draft, 80);
      assertThat(Thread.interrupted()).isTrue();
      Checkpoint stored = draft.storeAs("one", Samples.TASK, Samples.IDENTITY);
      assertThat(stored.getBytes()).isEqualTo(80L * PIECE.length);
    }
  }

  @Test
  void theSpoolCanBeKept() throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    for (int pieces : new int[] {0, 2}) {
      Path kept = directory.resolve("kept-" + pieces);
      try (CheckpointDraft draft = draft(checkpoints)) {
        try (OutputStream out = draft.section("state")) {
          out.write(PIECE, 0, 1000);
          for (int i = 0; i < pieces; i++) {
            out.write(PIECE);
          }
        }
        draft.finish();
        Checkpoint unused = draft.storeAs("one" + pieces, Samples.TASK, Samples.IDENTITY);
        draft.moveTo(kept);
      }
      try (InputStream in = store.open("one" + pieces, 0)) {
        assertThat(Arrays.equals(Files.readAllBytes(kept), in.readAllBytes())).isTrue();
      }
    }
    assertThat(scratch()).isEmpty();
  }

  @Test
  void sectionsAreWrittenOneAfterTheOtherAndOnceEach() throws Exception {
    try (CheckpointDraft draft = draft(new CheckpointStore(store, executor))) {
      OutputStream first = draft.section("a");
      assertThatThrownBy(() -> draft.section("b")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(draft::finish).isInstanceOf(IllegalStateException.class);
      first.close();
      assertThatThrownBy(() -> draft.section("a")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> first.write(1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void manyAtATimeGetThroughTheSameRoom() throws Exception {
    CheckpointStore checkpoints = new CheckpointStore(store, executor);
    CompletableFuture<?>[] all =
        Stream.iterate(0, i -> i + 1)
            .limit(12)
            .map(i -> CompletableFuture.runAsync(() -> one(checkpoints, i), executor))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(all).get(50, TimeUnit.SECONDS);
    assertThat(store.list("")).hasSize(12);
  }

  private void one(CheckpointStore checkpoints, int number) {
    try (CheckpointDraft draft = draft(checkpoints)) {
      write(draft, 20);
      checkpoints.open(draft.storeAs("many/" + number, Samples.TASK, Samples.IDENTITY)).verify();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private CheckpointDraft draft(CheckpointStore checkpoints) {
    return checkpoints.draft(() -> directory.resolve("scratch"), Basis.NONE);
  }

  private static void write(CheckpointDraft draft, int pieces) throws IOException {
    try (OutputStream out = draft.section("state")) {
      for (int i = 0; i < pieces; i++) {
        out.write(PIECE);
      }
    }
    draft.finish();
  }

  private static void storeAs(
      CheckpointDraft draft, String key, CompletableFuture<Checkpoint> stored) {
    try {
      stored.complete(draft.storeAs(key, Samples.TASK, Samples.IDENTITY));
    } catch (StoreException | RuntimeException e) {
      stored.completeExceptionally(e);
    }
  }

  private Stream<Path> scratch() throws IOException {
    Path scratch = directory.resolve("scratch");
    return Files.exists(scratch) ? Files.list(scratch) : Stream.of();
  }
}

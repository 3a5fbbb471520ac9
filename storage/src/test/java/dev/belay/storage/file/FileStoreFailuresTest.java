package dev.belay.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a directory can do to a store, beyond the contract of all stores. */
class FileStoreFailuresTest {
  @TempDir Path directory;
  private Path root;
  private FileStore store;

  @BeforeEach
  void open() throws Exception {
    root = directory.resolve("store");
    store = new FileStore(root);
    store.put("first", out -> out.write(1));
  }

  @Test
  void aPutThatFailsLeavesNoFileBehind() throws Exception {
    FileStore full =
        new FileStore(
            root,
            (temporary, target) -> {
              throw new FileSystemException(
                  target.toString(), temporary.toString(), "No space left on device");
            });
    assertFails(Kind.UNAVAILABLE, () -> full.put("k", out -> out.write(new byte[100_000])))
        .isEqualTo("cannot store " + root.resolve("k") + ": no space left on device");
    assertFails(
        Kind.UNAVAILABLE,
        () ->
            store.put(
                "k",
                out -> {
                  throw new IOException("gone");
                }));
    assertThat(files()).containsExactly("first", "~belay-store");
  }

  @Test
  void withoutRightsItIsUnavailable() throws Exception {
    Files.createDirectories(root.resolve("dir"));
    Files.setPosixFilePermissions(
        root.resolve("dir"), PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(root.resolve("dir"))).as("root may write anywhere").isFalse();
    assertFails(Kind.UNAVAILABLE, () -> store.put("dir/k", out -> out.write(1)))
        .isEqualTo("cannot store " + root.resolve("dir/k") + ": permission denied");
    assertThat(files()).containsExactly("first", "~belay-store");
  }

  @Test
  void aRootThatCannotBeMadeIsUnavailable() throws Exception {
    FileStore below = new FileStore(root.resolve("first/store"));
    assertFails(Kind.UNAVAILABLE, () -> below.put("k", out -> {})).contains("cannot store ");
  }

  @Test
  void anUnmountedStoreIsUnavailableAndNothingInItMissing() throws Exception {
    Files.delete(root.resolve("~belay-store"));
    Files.delete(root.resolve("first"));
    assertFails(Kind.UNAVAILABLE, () -> store.open("first", 0))
        .contains("holds no Belay store: is it mounted");
    FileStore nowhere = new FileStore(directory.resolve("nowhere"));
    assertFails(Kind.UNAVAILABLE, () -> nowhere.open("first", 0))
        .contains("holds no Belay store: is it mounted");
  }

  @Test
  void symbolicLinksLeadNowhere() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("new"));

    assertFails(Kind.CORRUPT, () -> store.open("link/secret", 0));
    assertFails(Kind.CORRUPT, () -> store.open("file", 0));
    assertFails(Kind.UNAVAILABLE, () -> store.put("link/new", out -> out.write(1)));
    assertFails(Kind.UNAVAILABLE, () -> store.put("link/sub/new", out -> out.write(1)));
    assertFails(Kind.EXISTS, () -> store.put("dangling", out -> out.write(1)));
    store.delete("link/secret");
    assertThat(store.list("")).extracting("key").containsExactly("first");
    assertThat(store.list("link/")).isEmpty();
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).containsExactly(outside.resolve("secret"));
    }
  }

  @Test
  void theRootItselfMayBeALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), root);
    FileStore linked = new FileStore(link);
    linked.put("a/b", out -> out.write(2));
    assertThat(linked.list("a/")).extracting("key").containsExactly("a/b");
    assertThat(store.list("")).extracting("key").containsExactly("a/b", "first");
  }

  @Test
  void foreignFilesAreNoObjects() throws Exception {
    Files.writeString(root.resolve("not a key"), "x");
    Files.createDirectory(root.resolve("empty"));
    assertThat(store.list("")).extracting("key").containsExactly("first");
  }

  @Test
  void whatADeadProcessLeftIsSweptAndWhatALiveOneWritesIsNot() throws Exception {
    Path orphan = Files.writeString(root.resolve("~tmp/0123456789abcdef-1-1"), "half an object");
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch swept = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer =
        new Thread(
            () -> {
              try {
                store.put(
                    "slow",
                    out -> {
                      writing.countDown();
                      await(swept);
                      out.write("whole".getBytes(UTF_8));
                    });
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    writer.start();
    await(writing);
    new FileStore(root).put("second", out -> {});
    assertThat(orphan).doesNotExist();
    swept.countDown();
    writer.join();
    assertThat(failure.get()).isNull();
    assertThat(root.resolve("slow")).hasContent("whole");
  }

  @Test
  void aClaimOfADeadProcessKeepsTheKeyRefusedUntilItIsDeleted() throws Exception {
    FileStore claiming = new FileStore(root, Publisher.byClaim());
    Files.createFile(root.resolve("~claim-k"));
    assertFails(Kind.EXISTS, () -> claiming.put("k", out -> out.write(1)));
    claiming.delete("k");
    claiming.put("k", out -> out.write(1));
    assertThat(files()).containsExactly("first", "k", "~belay-store");
  }

  @Test
  void anInterruptEndsAPut() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                store.put("k", out -> out.write(new byte[1_000_000]));
              } catch (StoreException e) {
                failure.set(e);
              }
            });
    writer.start();
    writer.join();
    assertThat(failure.get())
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("interrupted");
    assertThat(files()).containsExactly("first", "~belay-store");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertFails(
      Kind kind, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .message()
        .doesNotContain("\n");
  }
}

package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.StagedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A manifest carried out, with a crash before each of its file operations, with another attempt
 * that does all of it before each of them, and with one that sleeps through a later job's output.
 */
class ManifestRunTest {
  /** More than there are file operations in a run. */
  private static final int STEPS = 25;

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path output = Path.of("");
  private Path staging = Path.of("");
  private Manifest manifest = Manifest.getDefaultInstance();

  @BeforeEach
  void stage() throws IOException {
    output = directory.resolve("out");
    Files.createDirectory(output);
    // An older output, which is overwritten.
    Files.writeString(output.resolve("a.tsv"), "older a");
    Files.writeString(output.resolve("other.txt"), "not ours");
    Files.createFile(output.resolve("_SUCCESS"));
    manifest = stage("1.7", "new", true);
    staging = Path.of(manifest.getStagingDirectories(0));
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  /** An output of two files and a marker. */
  private Manifest stage(String epoch, String text, boolean overwrite) throws IOException {
    Path staged = output.resolve(".belay-c0ffee00-job-" + epoch);
    Files.createDirectory(staged);
    return Manifest.newBuilder()
        .addFiles(file(staged, "a.tsv", text + " a"))
        .addFiles(file(staged, "b.tsv", text + " b"))
        .addFiles(file(staged, "_SUCCESS", ""))
        .addStagingDirectories(staged.toString())
        .setOverwrite(overwrite)
        .build();
  }

  private StagedFile file(Path staged, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(staged.resolve(name), bytes);
    return StagedFile.newBuilder()
        .setStaged(staged.resolve(name).toString())
        .setTarget(output.resolve(name).toString())
        .setLength(bytes.length)
        .setDigest(ByteString.copyFrom(Digests.sha256().digest(bytes)))
        .build();
  }

  /** What is tested here is the order of the steps, not the device. */
  private static class FastDisk extends Disk {
    @Override
    void sync(Path directory) throws IOException {}
  }

  /** Something happens before one of the operations. */
  private static final class Stepping extends FastDisk {
    private final int when;
    private final Event event;
    private final int dies;
    private int step;

    private interface Event {
      void happen() throws IOException;
    }

    Stepping(int when, Event event) {
      this(when, event, Integer.MAX_VALUE);
    }

    /** And dies before another. */
    Stepping(int when, Event event, int dies) {
      this.when = when;
      this.event = event;
      this.dies = dies;
    }

    private void step() {
      if (step == dies) {
        throw new Crash();
      }
      if (step++ == when) {
        try {
          event.happen();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    boolean exists(Path path) {
      step();
      return super.exists(path);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
      step();
      super.rename(from, to);
    }

    @Override
    boolean holds(Path path, long length, byte[] digest) throws IOException {
      step();
      return super.holds(path, length, digest);
    }

    @Override
    void sync(Path path) {
      step();
    }

    @Override
    void removeTree(Path path) throws IOException {
      step();
      super.removeTree(path);
    }

    boolean reached() {
      return step > when;
    }
  }

  /** The process dies. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  private void carryOut(Disk disk) throws IOException {
    new ManifestRun(manifest, disk, () -> {}).run();
  }

  private void assertPublished(String text) throws IOException {
    assertThat(output.resolve("a.tsv")).hasContent(text + " a");
    assertThat(output.resolve("b.tsv")).hasContent(text + " b");
    assertThat(output.resolve("_SUCCESS")).isEmptyFile();
    assertThat(output.resolve("other.txt")).hasContent("not ours");
    try (var files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("nothing staged is left")
          .containsExactlyInAnyOrder("a.tsv", "b.tsv", "_SUCCESS", "other.txt");
    }
  }

  static IntStream steps() {
    return IntStream.range(0, STEPS);
  }

  @Test
  void movesEverythingIntoPlace() throws IOException {
    carryOut(new FastDisk());
    assertPublished("new");
  }

  @Test
  void doneAgainItChangesNothing() throws IOException {
    carryOut(new FastDisk());
    carryOut(new FastDisk());
    assertPublished("new");
  }

  @Test
  void theStepsTestedAreAllThereAre() throws IOException {
    Stepping last = new Stepping(STEPS - 1, () -> {});
    carryOut(last);
    assertThat(last.reached()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void afterACrashTheNextOneFinishes(int step) throws IOException {
    Stepping crashing =
        new Stepping(
            step,
            () -> {
              throw new Crash();
            });
    try {
      carryOut(crashing);
    } catch (Crash e) {
      // As intended.
    }
    // Readers trust the marker alone: where it is, the output is whole, the old one or the new.
    if (Files.exists(output.resolve("_SUCCESS")) && Files.exists(output.resolve("b.tsv"))) {
      assertThat(output.resolve("a.tsv")).hasContent("new a");
      assertThat(output.resolve("b.tsv")).hasContent("new b");
    } else if (Files.exists(output.resolve("_SUCCESS"))) {
      assertThat(output.resolve("a.tsv")).hasContent("older a");
    }
    carryOut(new FastDisk());
    assertPublished("new");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void anotherThatDoesAllOfItInBetweenDoesNoHarm(int step) throws IOException {
    Disk slow = new Stepping(step, () -> carryOut(new FastDisk()));
    carryOut(slow);
    assertPublished("new");
  }

  /** One waits before its step, the other goes on to one of its own, there the first finishes. */
  @ParameterizedTest
  @MethodSource("steps")
  void twoAtOnceDoNoHarm(int step) throws Exception {
    for (int other = 0; other < STEPS; other++) {
      interleave(step, other, Integer.MAX_VALUE);
    }
  }

  /**
   * As before, but the first does no more than that one step, and dies: it leaves what no other
   * expects in its first steps alone, where it takes away an older marker.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void twoAtOnceOfWhichOneDiesDoNoHarm(int step) throws Exception {
    for (int other = 0; other < STEPS; other++) {
      interleave(step, other, step + 1);
    }
  }

  private void interleave(int step, int other, int dies) throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Void> waits = new CompletableFuture<>();
    Disk first =
        new Stepping(
            step,
            () -> {
              waits.complete(null);
              awaitQuietly(goOn);
            },
            dies);
    CompletableFuture<Void> firstDone =
        CompletableFuture.runAsync(() -> carryOutUnchecked(first), threads);
    CompletableFuture.anyOf(waits, firstDone).join();
    carryOut(
        new Stepping(
            other,
            () -> {
              goOn.countDown();
              firstDone.join();
              if (dies == Integer.MAX_VALUE) {
                // The other need not go on: it may have died here.
                assertPublished("new");
              }
            }));
    goOn.countDown();
    firstDone.join();
    assertPublished("new");
    reset();
  }

  private void carryOutUnchecked(Disk disk) {
    try {
      carryOut(disk);
    } catch (Crash e) {
      // As intended.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void reset() throws IOException {
    Disk disk = new FastDisk();
    disk.removeTree(output);
    stage();
  }

  /**
   * The slow one is a zombie: in between, the output is published by another, and then overwritten
   * by a later job. Whatever the zombie does then, that job's output stays as it is.
   */
  @ParameterizedTest
  @MethodSource("steps")
  void aZombieDoesNotTouchTheOutputOfALaterJob(int step) throws IOException {
    Manifest own = manifest;
    Stepping zombie =
        new Stepping(
            step,
            () -> {
              carryOut(new FastDisk());
              Manifest later = stage("1.9", "later", true);
              new ManifestRun(later, new FastDisk(), () -> {}).run();
            });
    @Nullable BadInputException overtaken = null;
    try {
      new ManifestRun(own, zombie, () -> {}).run();
    } catch (BadInputException e) {
      overtaken = e;
    }
    if (zombie.reached()) {
      assertPublished("later");
    } else {
      assertThat(overtaken).isNull();
      assertPublished("new");
    }
  }

  @Test
  void aForeignFileIsNotReplacedAndNothingIsMoved() throws IOException {
    reset();
    Files.delete(output.resolve("_SUCCESS"));
    Files.delete(output.resolve("a.tsv"));
    Files.writeString(output.resolve("b.tsv"), "foreign");
    manifest = manifest.toBuilder().setOverwrite(false).build();
    assertThatThrownBy(() -> carryOut(new FastDisk()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("b.tsv");
    assertThat(output.resolve("b.tsv")).hasContent("foreign");
    assertThat(output.resolve("a.tsv")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void withoutOverwriteTheOwnFilesAreNotTakenForForeignOnes(int step) throws IOException {
    Files.delete(output.resolve("_SUCCESS"));
    Files.delete(output.resolve("a.tsv"));
    manifest = manifest.toBuilder().setOverwrite(false).build();
    Disk slow = new Stepping(step, () -> carryOut(new FastDisk()));
    carryOut(slow);
    assertPublished("new");
  }

  @Test
  void whatIsNeitherStagedNorThereIsHopeless() throws IOException {
    Files.delete(staging.resolve("b.tsv"));
    assertThatThrownBy(() -> carryOut(new FastDisk()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("b.tsv");
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
  }

  @Test
  void aTargetWithOtherContentIsNotTakenForOurs() throws IOException {
    Files.delete(staging.resolve("b.tsv"));
    Files.writeString(output.resolve("b.tsv"), "mew b");
    assertThatThrownBy(() -> carryOut(new FastDisk())).isInstanceOf(BadInputException.class);
  }
}

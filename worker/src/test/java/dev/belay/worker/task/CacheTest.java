package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.cache.LocalCache;
import dev.belay.worker.task.TestJob.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that begins again where it was reads from that machine's own disk. */
class CacheTest {
  @TempDir Path directory;
  private TaskWorld world;

  /** Newest first; each refers to those before. */
  private final List<Checkpoint> taken = new ArrayList<>();

  private final List<Long> resumedAt = new ArrayList<>();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory, new LocalCache(cache(), 1 << 30));
    world.job.run =
        task -> {
          byte[] large = new byte[1 << 20];
          new Random(3).nextBytes(large);
          var blobs = task.keyed("blobs", String.class, byte[].class);
          Count count = task.state(Count.class, Count::new);
          for (int i = 0; i < 3; i++) {
            large[i]++;
            blobs.put("blob" + i, large.clone());
            count.steps++;
            task.checkpointNow(count);
          }
          throw new IllegalStateException("killed");
        };
    world.run(world.partition(1));
    world.reporter.checkpoints().forEach(checkpoint -> taken.add(0, checkpoint));
    restart();
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Path cache() {
    return directory.resolve("cache");
  }

  /** As a worker that comes back on the same directory. */
  private void restart() {
    world.close();
    world = new TaskWorld(directory, new LocalCache(cache(), 1 << 30));
    world.job.run = this::resume;
  }

  private void resume(Task task) {
    task.keyed("blobs", String.class, byte[].class);
    resumedAt.add(task.state(Count.class, Count::new).steps);
  }

  private void goOn() {
    world.run(world.partition(2).addAllCheckpoints(taken).setNextSequence(4));
  }

  private List<Path> cached() throws IOException {
    if (!Files.exists(cache())) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache())) {
      return files.filter(file -> file.toString().endsWith(".ckpt")).toList();
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  private void assertRestored() {
    assertThat(resumedAt).containsExactly(3L);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);
  }

  @Test
  void aRestartInPlaceReadsNothingFromTheStore() {
    assertThat(taken.get(0).getReferencesList()).hasSize(3);
    world.store.opens = Kind.UNAVAILABLE;
    goOn();
    assertRestored();
  }

  @Test
  void whatWasFetchedOnceIsNotFetchedAgain() throws Exception {
    new Disk().removeTree(cache());
    restart();
    world.job.run =
        task -> {
          resume(task);
          throw new IllegalStateException("killed");
        };
    goOn();
    resumedAt.clear();
    restart();
    world.store.opens = Kind.UNAVAILABLE;
    goOn();
    assertRestored();
  }

  @Test
  void whatIsDamagedThereIsReadFromTheStore() throws Exception {
    for (Path file : cached()) {
      damage(file);
    }
    restart();
    goOn();
    assertRestored();
  }

  @Test
  void whatIsDamagedInTheStoreTooIsLost() throws Exception {
    new Disk().removeTree(cache());
    damage(world.storeDirectory.resolve(taken.get(0).getObject().getKey()));
    restart();
    goOn();
    assertThat(resumedAt).containsExactly(2L);
  }

  @Test
  void aPartitionThatIsDoneTakesNoRoom() throws Exception {
    assertThat(cached()).hasSize(3);
    goOn();
    assertThat(cached()).isEmpty();
  }
}

package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one partition's code did to its thread is no concern of the next one's. */
class PooledThreadTest {
  @TempDir Path directory;
  private TaskWorld world;

  /** What the job's code finds at its start. */
  private record Found(Thread thread, int priority, ClassLoader loader, boolean interrupted) {
    static Found now() {
      Thread own = Thread.currentThread();
      return new Found(own, own.getPriority(), own.getContextClassLoader(), own.isInterrupted());
    }
  }

  private final List<Found> found = new CopyOnWriteArrayList<>();
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final List<Boolean> handled = new CopyOnWriteArrayList<>();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    world.job.run =
        task -> {
          Thread own = Thread.currentThread();
          names.add(own.getName());
          handled.add(own.getUncaughtExceptionHandler() == own.getThreadGroup());
          found.add(Found.now());
          own.setName("mine");
          own.setPriority(Thread.MIN_PRIORITY);
          own.setContextClassLoader(new ClassLoader(null) {});
          own.setUncaughtExceptionHandler((thread, thrown) -> {});
          own.interrupt();
        };
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void theNextOneFindsTheThreadAsIfItWereNew() {
    for (int epoch = 1; epoch <= 20; epoch++) {
      world.run(world.partition(epoch));
    }
    assertThat(world.reporter.all()).filteredOn(Report::hasCompleted).hasSize(20);
    assertThat(found.stream().map(Found::thread).distinct().count())
        .as("threads are used again")
        .isLessThan(20);
    assertThat(found)
        .allSatisfy(
            one -> {
              assertThat(one.priority()).isEqualTo(Thread.NORM_PRIORITY);
              assertThat(one.loader()).isSameAs(Thread.currentThread().getContextClassLoader());
              assertThat(one.interrupted()).isFalse();
            });
    assertThat(names).startsWith("belay-test-1-p0-e1.1", "belay-test-1-p0-e1.2");
    assertThat(handled).containsOnly(true);
  }
}

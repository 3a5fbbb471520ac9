package dev.belay.coordinator;

import dev.belay.coordinator.core.Effect;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.text.Counted;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes released objects in the background, trying again for ever: what is left over after a
 * crash is released still.
 */
final class Sweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final long FIRST_RETRY_MILLIS = 1_000;
  private static final long LAST_RETRY_MILLIS = 60_000;

  private final StoredObjects objects;
  private final Consumer<Command> done;

  /** Those that could not be carried out yet. Of the one thread. */
  private final Set<Effect.Delete> failing = new HashSet<>();

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "belay-sweeper");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param done where outcomes are told, as commands
   */
  Sweeper(StoredObjects objects, Consumer<Command> done) {
    this.objects = objects;
    this.done = done;
  }

  void delete(Effect.Delete deletion) {
    executor.execute(() -> attempt(deletion, FIRST_RETRY_MILLIS));
  }

  /**
   * Once all that was asked for before has been tried: how many objects could not be deleted and
   * are tried again; a whole job counts as one.
   */
  CompletableFuture<Long> settled() {
    CompletableFuture<Long> left = new CompletableFuture<>();
    executor.execute(
        () ->
            left.complete(failing.stream().mapToLong(one -> Math.max(1, one.keys().size())).sum()));
    return left;
  }

  private void attempt(Effect.Delete deletion, long retryMillis) {
    try {
      if (deletion.all()) {
        objects.deleteAll(deletion.prefix() + "/");
      } else {
        objects.delete(deletion.keys());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "could not delete {} of {}, trying again in {} ms: {}",
          deletion.all() ? "the objects" : Counted.of(deletion.keys().size(), "object"),
          deletion.job(),
          retryMillis,
          e.getMessage());
      failing.add(deletion);
      long next = Math.min(LAST_RETRY_MILLIS, retryMillis * 2);
      var unused =
          executor.schedule(() -> attempt(deletion, next), retryMillis, TimeUnit.MILLISECONDS);
      return;
    }
    failing.remove(deletion);
    done.accept(
        Command.newBuilder()
            .setReceivedNanos(System.nanoTime())
            .setDeletionDone(
                DeletionDone.newBuilder()
                    .setJob(deletion.job())
                    .addAllKeys(deletion.keys())
                    .setAll(deletion.all()))
            .build());
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}

package dev.belay.coordinator.loop;

import dev.belay.runtime.proto.Command;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The commands that wait for the loop. Bounded: when the loop is far behind, those who submit wait,
 * and through them the network.
 */
public final class Inbox {
  /** Enough for a burst from thousands of workers. */
  private static final int CAPACITY = 65_536;

  private static final int BATCH = 4_096;

  private final BlockingQueue<Command> queue = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean closed;

  /** Gives a command to the loop; dropped once that has ended. Safe for use by many threads. */
  public void submit(Command command) {
    try {
      boolean taken = false;
      while (!taken && !closed) {
        taken = queue.offer(command, 100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Adds all that waits to a batch, up to its limit; waits for the first one, so long at most.
   *
   * @return whether that was all
   */
  boolean take(List<Command> batch, long nanos) throws InterruptedException {
    Command first = queue.poll(nanos, TimeUnit.NANOSECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, BATCH - 1);
    }
    return batch.size() < BATCH;
  }

  void close() {
    closed = true;
    queue.clear();
  }
}

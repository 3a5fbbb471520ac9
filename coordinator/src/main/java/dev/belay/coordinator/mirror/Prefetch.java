package dev.belay.coordinator.mirror;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Reads the pieces of a mirror in order, the next ones ahead. For one thread. */
final class Prefetch implements AutoCloseable {
  private static final int AHEAD = 16;
  private static final int AT_A_TIME = 8;
  private static final long AHEAD_BYTES = 32 << 20;
  private static final long END_SECONDS = 60;

  private final MirrorStore store;
  private final String cluster;
  private final NavigableMap<Long, Long> lengths;
  private final Path scratch;
  private final Map<Long, Future<PieceReader.Content>> reading = new HashMap<>();
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          AT_A_TIME,
          task -> {
            Thread made = new Thread(task, "belay-recovery");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param lengths of all pieces, by number
   * @param scratch a directory for the snapshots that they hold
   */
  Prefetch(MirrorStore store, String cluster, NavigableMap<Long, Long> lengths, Path scratch) {
    this.store = store;
    this.cluster = cluster;
    this.lengths = lengths;
    this.scratch = scratch;
  }

  PieceReader.Content read(long number) throws IOException, DamagedPieceException {
    long bytes = 0;
    int count = 0;
    for (Map.Entry<Long, Long> piece : lengths.tailMap(number, true).entrySet()) {
      bytes += piece.getValue();
      if (piece.getKey() != number && (bytes > AHEAD_BYTES || count >= AHEAD)) {
        break;
      }
      count++;
      reading.computeIfAbsent(
          piece.getKey(), one -> pool.submit(() -> fetch(one, piece.getValue())));
    }
    Future<PieceReader.Content> piece = reading.remove(number);
    if (piece == null) {
      throw new DamagedPieceException("it is missing");
    }
    try {
      return piece.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DamagedPieceException damaged) {
        throw damaged;
      }
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private PieceReader.Content fetch(long number, long length)
      throws IOException, DamagedPieceException {
    try (InputStream in = store.open(PieceNames.of(cluster, number), 0)) {
      if (in == null) {
        throw new DamagedPieceException("it is missing");
      }
      return PieceReader.read(in, length, scratch.resolve(number + ".snapshot"));
    } catch (EOFException e) {
      throw new DamagedPieceException("it is cut off");
    }
  }

  /**
   * Returns once nothing writes to the scratch directory any more: the next one would use the same
   * names, and the directory may be removed.
   */
  @Override
  public void close() {
    pool.shutdownNow();
    try {
      boolean unused = pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

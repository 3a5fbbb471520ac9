package dev.belay.storage.format;

import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in order, verified. Those that lie side by side are read at once, and several such runs at
 * a time, since a store may be far away. For one thread. Close it.
 */
public final class VerifiedChunks implements AutoCloseable {
  /** The most bytes in one run. */
  private static final int RUN = 2 << 20;

  private final ObjectReader reader;
  private final List<StoredChunk> chunks;
  private final InFlight inFlight;
  private final Ahead<List<byte[]>> runs;
  private final Deque<Integer> lengths = new ArrayDeque<>();
  private Iterator<byte[]> current = List.<byte[]>of().iterator();
  private int begun;
  private volatile boolean closed;

  VerifiedChunks(
      ObjectReader reader, List<StoredChunk> chunks, Executor executor, InFlight inFlight) {
    this.reader = reader;
    this.chunks = chunks;
    this.inFlight = inFlight;
    this.runs = new Ahead<>(executor, Ahead.MOST);
  }

  /**
   * The next chunk's bytes, or null at the end.
   *
   * @throws StoreException CORRUPT if they are not those that were written
   */
  public byte @Nullable [] next() throws StoreException {
    while (!current.hasNext()) {
      List<byte[]> run = nextRun();
      if (run == null) {
        return null;
      }
      current = run.iterator();
    }
    return current.next();
  }

  private @Nullable List<byte[]> nextRun() throws StoreException {
    try {
      if (runs.isEmpty() && runFrom(begun) == chunks.size()) {
        // All that is left is one: no other thread need be asked.
        List<StoredChunk> last = chunks.subList(begun, chunks.size());
        begun = chunks.size();
        return last.isEmpty() ? null : unpacked(last);
      }
      readAhead();
      return take();
    } catch (StoreException e) {
      throw reader.named(e);
    }
  }

  private void readAhead() {
    while (begun < chunks.size() && !runs.full()) {
      int end = runFrom(begun);
      List<StoredChunk> run = chunks.subList(begun, end);
      int length = run.stream().mapToInt(StoredChunk::getRawLength).sum();
      boolean bounded = inFlight.tryAcquire(length);
      if (!bounded && !runs.isEmpty()) {
        return;
      }
      lengths.add(bounded ? length : 0);
      begun = end;
      runs.add(() -> unpacked(run));
    }
  }

  private List<byte[]> take() throws StoreException {
    int length = lengths.remove();
    try {
      return runs.take();
    } finally {
      inFlight.release(length);
    }
  }

  /** The end of the run that begins there. */
  private int runFrom(int from) {
    int at = from;
    long bytes = 0;
    while (at < chunks.size()) {
      StoredChunk chunk = chunks.get(at);
      bytes += Math.max(chunk.getRawLength(), chunk.getStoredLength());
      if (at > from && (bytes > RUN || !follows(chunks.get(at - 1), chunk))) {
        return at;
      }
      at++;
    }
    return at;
  }

  private static boolean follows(StoredChunk before, StoredChunk chunk) {
    return chunk.getObject() == before.getObject()
        && chunk.getOffset() == before.getOffset() + before.getStoredLength();
  }

  private List<byte[]> unpacked(List<StoredChunk> run) throws StoreException {
    if (closed) {
      return List.of();
    }
    List<byte[]> raw = new ArrayList<>(run.size());
    for (PackedChunk chunk : reader.frames(run)) {
      raw.add(chunk.unpack());
    }
    return raw;
  }

  /** Returns once nothing is read any more. */
  @Override
  public void close() {
    closed = true;
    begun = chunks.size();
    current = List.<byte[]>of().iterator();
    while (!runs.isEmpty()) {
      try {
        take();
      } catch (StoreException e) {
        // Nobody wants it any more.
      }
    }
  }
}

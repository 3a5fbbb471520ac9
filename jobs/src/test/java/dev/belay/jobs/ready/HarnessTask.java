package dev.belay.jobs.ready;

import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.job.TaskEpoch;
import dev.belay.storage.StoreException;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/** One attempt at a partition, which may crash at a safe point or as it closes a segment. */
final class HarnessTask implements Task {
  private final Function<Class<?>, StateCodec> codecs;
  private final Parameters parameters;
  private final int partition;
  private final Object split;
  private final List<Checkpoint> checkpoints;
  private final List<Segment> segments = new ArrayList<>();
  private final Map<String, Object> results = new LinkedHashMap<>();
  private final Random random;
  private final boolean mayCrash;
  private long done;

  /** The process is gone. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  record Segment(String name, byte[] bytes) {}

  record Checkpoint(EncodedState state, List<Segment> segments, long done) {}

  record Done(int partition, Map<String, Object> results, List<Segment> segments) {}

  /**
   * Begins where the last of the checkpoints is.
   *
   * @param checkpoints to which this attempt adds its own
   */
  HarnessTask(
      Function<Class<?>, StateCodec> codecs,
      Parameters parameters,
      int partition,
      Object split,
      List<Checkpoint> checkpoints,
      Random random,
      boolean mayCrash) {
    this.codecs = codecs;
    this.parameters = parameters;
    this.partition = partition;
    this.split = split;
    this.checkpoints = checkpoints;
    this.random = random;
    this.mayCrash = mayCrash;
  }

  @Override
  public <K, V> KeyedState<K, V> keyed(String name, Class<K> keyType, Class<V> valueType) {
    throw new AssertionError("none of these jobs has keyed state");
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int partition() {
    return partition;
  }

  @Override
  public TaskEpoch epoch() {
    return new TaskEpoch(1, 1);
  }

  @Override
  public <T> T split(Class<T> type) {
    return type.cast(split);
  }

  @Override
  public <S> S state(Class<S> type, Supplier<S> fresh) {
    if (checkpoints.isEmpty()) {
      return fresh.get();
    }
    Checkpoint last = checkpoints.get(checkpoints.size() - 1);
    segments.addAll(last.segments());
    done = last.done();
    try {
      return codecs.apply(type).decode(last.state(), type);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void checkpoint(Object state) {
    if (random.nextInt(4) == 0) {
      checkpointNow(state);
    }
    crash();
  }

  @Override
  public boolean due() {
    return random.nextBoolean();
  }

  @Override
  public void checkpointNow(Object state) {
    EncodedState encoded = codecs.apply(state.getClass()).encode(state);
    checkpoints.add(new Checkpoint(encoded, List.copyOf(segments), done));
  }

  private void crash() {
    if (mayCrash && random.nextInt(8) == 0) {
      throw new Crash();
    }
  }

  @Override
  public void progress(long done, long total) {
    if (done < this.done || done > total) {
      throw new AssertionError("progress from " + this.done + " to " + done + " of " + total);
    }
    this.done = done;
  }

  @Override
  public SegmentWriter segment(String name) {
    return new SegmentWriter() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      @Override
      public void write(int value) {
        bytes.write(value);
      }

      @Override
      public void write(byte[] from, int offset, int length) {
        bytes.write(from, offset, length);
      }

      @Override
      public void close() {
        crash();
        segments.add(new Segment(name, bytes.toByteArray()));
      }

      @Override
      public void discard() {
        bytes.reset();
      }
    };
  }

  @Override
  public void result(String name, long value) {
    results.put(name, value);
  }

  @Override
  public void result(String name, double value) {
    results.put(name, value);
  }

  @Override
  public void result(String name, String value) {
    results.put(name, value);
  }

  Done done() {
    return new Done(partition, Map.copyOf(results), List.copyOf(segments));
  }
}

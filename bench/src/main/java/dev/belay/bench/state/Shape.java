package dev.belay.bench.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What states are made of. Their numbers are small, as counts are, so that they compress as real
 * ones do; the same size makes the same state.
 */
public enum Shape {
  /** Arrays of long: the quickest. */
  ARRAYS {
    @Override
    void fill(SampleState state, long bytes, SplittableRandom random) {
      long left = bytes / Long.BYTES;
      while (left > 0) {
        int length = (int) Math.min(left, ARRAY);
        state.arrays.add(random.longs(length, 0, LARGEST).toArray());
        left -= length;
      }
    }
  },
  /** A map from a number to eight counters. */
  MAP {
    @Override
    void fill(SampleState state, long bytes, SplittableRandom random) {
      for (long key = 0; key < bytes / MAP_ENTRY; key++) {
        state.map.put(key, random.longs(COUNTERS, 0, LARGEST).toArray());
      }
    }
  },
  /** A list of small objects: the slowest. */
  RECORDS {
    @Override
    void fill(SampleState state, long bytes, SplittableRandom random) {
      for (long i = 0; i < bytes / RECORD; i++) {
        state.records.add(
            new SampleRecord(
                i, random.nextLong(LARGEST), random.nextDouble(), "item-" + random.nextInt(1000)));
      }
    }
  };

  private static final int ARRAY = 1 << 17;
  private static final long LARGEST = 1 << 20;
  private static final int COUNTERS = 8;

  /** Bytes of one when it is encoded, roughly. */
  private static final long MAP_ENTRY = 75;

  private static final long RECORD = 37;

  abstract void fill(SampleState state, long bytes, SplittableRandom random);

  /** A state that takes about so many bytes when it is encoded. */
  public SampleState make(long bytes) {
    SampleState state = new SampleState();
    fill(state, bytes, new SplittableRandom(bytes));
    return state;
  }

  /** A state of any shape. */
  public static final class SampleState {
    final List<long[]> arrays = new ArrayList<>();
    final Map<Long, long[]> map = new HashMap<>();
    final List<SampleRecord> records = new ArrayList<>();
  }

  /** A small object. */
  public static final class SampleRecord {
    private final long id;
    private final long count;
    private final double weight;
    private final String label;

    /** For deserialisation alone. */
    private SampleRecord() {
      this(0, 0, 0, "");
    }

    SampleRecord(long id, long count, double weight, String label) {
      this.id = id;
      this.count = count;
      this.weight = weight;
      this.label = label;
    }

    @Override
    public String toString() {
      return label + " " + id + " " + count + " " + weight;
    }
  }
}

package dev.belay.storage.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.faults.ForwardingStore;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  @TempDir Path directory;
  private ObjectStore store;

  record Range(String file, long from, long to) {}

  @BeforeEach
  void open() {
    store = new FileStore(directory.resolve("store"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1_000, 50_000})
  void readsEachSplit(int splits) throws Exception {
    StateCodec codec = new StateCodec(List.of(Range.class));
    ObjectRef object;
    try (PlanSpool spool = new PlanSpool(directory)) {
      for (int i = 0; i < splits; i++) {
        spool.add(codec.encode(split(i)));
      }
      assertThat(spool.splits()).isEqualTo(splits);
      object = spool.storeAs(store, "a/plan");
    }
    PlanFile plan = PlanFile.open(store, object);
    assertThat(plan.splits()).isEqualTo(splits);
    for (int i = 0; i < splits; i += 1 + splits / 500) {
      assertThat(codec.decode(plan.split(i), Object.class)).isEqualTo(split(i));
    }
    assertThatThrownBy(() -> plan.split(splits)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plan.split(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Of two types, so that the plan has two tables. */
  private static Object split(int index) {
    return index % 7 == 3 ? "text " + index : new Range("f" + index, index, index + 1);
  }

  @Test
  void theLastOfAMillionSplitsCostsLittleToRead() throws Exception {
    ObjectRef object;
    try (PlanSpool spool = new PlanSpool(directory)) {
      for (int i = 0; i < 1_000_000; i++) {
        byte[] bytes = new byte[24];
        new Random(i).nextBytes(bytes);
        spool.add(new EncodedState(StateTypes.getDefaultInstance(), bytes));
      }
      object = spool.storeAs(store, "a/plan");
    }
    AtomicLong read = new AtomicLong();
    byte[] expected = new byte[24];
    new Random(999_999).nextBytes(expected);
    assertThat(PlanFile.open(counting(read), object).split(999_999).bytes()).isEqualTo(expected);
    assertThat(object.getLength()).isGreaterThan(20_000_000);
    assertThat(read.get()).isLessThan(200_000);
  }

  @Test
  void aSplitOfTheLargestSizeFits() throws Exception {
    byte[] large = new byte[PlanSpool.MAX_SPLIT];
    new Random(1).nextBytes(large);
    ObjectRef object;
    try (PlanSpool spool = new PlanSpool(directory)) {
      spool.add(raw(new byte[60_000]));
      spool.add(raw(large));
      spool.add(raw(new byte[] {7}));
      assertThatThrownBy(() -> spool.add(raw(new byte[PlanSpool.MAX_SPLIT + 1])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("split 3 has " + (PlanSpool.MAX_SPLIT + 1) + " bytes");
      object = spool.storeAs(store, "a/plan");
    }
    PlanFile plan = PlanFile.open(store, object);
    assertThat(plan.split(1).bytes()).isEqualTo(large);
    assertThat(plan.split(2).bytes()).containsExactly(7);
  }

  private static EncodedState raw(byte[] bytes) {
    return new EncodedState(StateTypes.getDefaultInstance(), bytes);
  }

  private ObjectStore counting(AtomicLong read) {
    return new ForwardingStore(store) {
      @Override
      public InputStream open(String key, long offset, long length) throws StoreException {
        return new FilterInputStream(super.open(key, offset, length)) {
          @Override
          public int read(byte[] to, int at, int wanted) throws IOException {
            int count = super.read(to, at, wanted);
            read.addAndGet(Math.max(0, count));
            return count;
          }
        };
      }
    };
  }
}

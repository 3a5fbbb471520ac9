package dev.belay.storage.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.state.StateCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  @TempDir Path directory;

  record Range(String file, long from, long to) {}

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1_000, 50_000})
  void readsEachSplit(int splits) throws Exception {
    StateCodec codec = new StateCodec(List.of(Range.class));
    ObjectStore store = new FileStore(directory.resolve("store"));
    ObjectRef object;
    try (PlanSpool spool = new PlanSpool(directory)) {
      for (int i = 0; i < splits; i++) {
        spool.add(codec.encode(i % 7 == 3 ? "text " + i : new Range("f" + i, i, i + 1)));
      }
      object = spool.storeAs(store, "a/plan");
    }
    PlanFile plan = PlanFile.open(store, object);
    assertThat(plan.splits()).isEqualTo(splits);
    for (int i = 0; i < splits; i += 1 + splits / 500) {
      Object expected = i % 7 == 3 ? "text " + i : new Range("f" + i, i, i + 1);
      assertThat(codec.decode(plan.split(i), Object.class)).isEqualTo(expected);
    }
  }
}

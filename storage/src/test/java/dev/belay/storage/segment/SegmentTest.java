package dev.belay.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 1 << 20, (1 << 20) + 1, 5_000_000})
  void readsWhatWasWritten(int length) throws Exception {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    ObjectStore store = new FileStore(directory.resolve("store"));
    try (SegmentSpool spool = new SegmentSpool(directory.resolve("scratch"))) {
      int half = length / 2;
      spool.write(bytes, 0, half);
      if (length > half) {
        spool.write(bytes[half]);
        spool.write(bytes, half + 1, length - half - 1);
      }
      assertThat(spool.length()).isEqualTo(length);
      ObjectRef object = spool.storeAs(store, "a/segment");
      assertThat(spool.length()).isEqualTo(length);
      try (SegmentInput in = SegmentInput.open(store, object)) {
        assertThat(in.length()).isEqualTo(length);
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void whatWasNotStoredLeavesNothing() throws Exception {
    try (SegmentSpool spool = new SegmentSpool(directory)) {
      byte[] random = new byte[3 << 20];
      new Random(1).nextBytes(random);
      spool.write(random);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }
}

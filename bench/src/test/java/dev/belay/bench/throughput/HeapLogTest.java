package dev.belay.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapLogTest {
  @TempDir Path directory;

  @Test
  void takesTheLargestOfEachAndAddsThePauses() throws IOException {
    Path file = directory.resolve("heap.log");
    Files.write(
        file,
        List.of(
            "[0.004s][info][gc] Using G1",
            "[1.5s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 23M->5M(1024M)"
                + " 2.500ms",
            "[2.5s][info][gc] GC(1) Concurrent Mark Cycle",
            "[2.6s][info][gc] GC(2) Pause Young (Mixed) (G1 Evacuation Pause) 20M->9M(1024M)"
                + " 1.500ms",
            "[2.7s][info][gc] GC(1) Concurrent Mark Cycle 12.000ms"));

    assertThat(HeapLog.read(file)).isEqualTo(new HeapLog(23, 9, 4.0));
  }
}

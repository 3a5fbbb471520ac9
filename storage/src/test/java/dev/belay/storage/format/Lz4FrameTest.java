package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.StoredChunk;
import java.io.ByteArrayInputStream;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Lz4FrameTest {
  @ParameterizedTest
  @CsvSource({
    "1, true",
    "1, false",
    "13, true",
    "1000, true",
    "1000, false",
    "1048576, true",
    "1048576, false"
  })
  void aChunkIsAFrameThatOthersRead(int length, boolean random) throws Exception {
    byte[] raw = new byte[length + 5];
    if (random) {
      new Random(length).nextBytes(raw);
    }
    PackedChunk packed = PackedChunk.pack(raw, 5, length);
    byte[] expected = java.util.Arrays.copyOfRange(raw, 5, length + 5);
    try (LZ4FrameInputStream in =
        new LZ4FrameInputStream(new ByteArrayInputStream(packed.frame()))) {
      assertThat(in.readAllBytes()).isEqualTo(expected);
    }
    StoredChunk description = packed.description();
    assertThat(PackedChunk.unpack(packed.frame(), description)).isEqualTo(expected);
    assertThat(packed.frame().length).isLessThanOrEqualTo(length + 23);
  }
}

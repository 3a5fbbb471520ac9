package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.checkpoint.Incremental;
import dev.belay.storage.file.FileStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** By offset and length, as {@code dd} would. */
  @Test
  void theToolReadsAChunkCutOutOfAnObject(@TempDir Path directory) throws Exception {
    FileStore store = new FileStore(directory.resolve("store"));
    ObjectRef object = Incremental.write(store, directory).get(0);
    ObjectReader reader = ObjectReader.open(store, object, ObjectKind.CHECKPOINT);
    StoredSection section = reader.manifest().getSections(0);
    StoredChunk chunk = section.getChunks(section.getChunksCount() - 1);
    Path frame = directory.resolve("chunk.lz4");
    try (InputStream in = store.open(object.getKey(), chunk.getOffset(), chunk.getStoredLength())) {
      Files.write(frame, in.readAllBytes());
    }
    byte[] raw = decompressed(frame);
    assertThat(raw).hasSize(chunk.getRawLength());
    assertThat(PackedChunk.digest(raw, 0, raw.length)).isEqualTo(chunk.getRawDigest());
  }

  /** By the tool where there is one. */
  private static byte[] decompressed(Path frame) throws Exception {
    try {
      Process lz4 =
          new ProcessBuilder("lz4", "-d", "-c", frame.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] raw = lz4.getInputStream().readAllBytes();
      assertThat(lz4.waitFor()).isZero();
      return raw;
    } catch (IOException e) {
      try (LZ4FrameInputStream in = new LZ4FrameInputStream(Files.newInputStream(frame))) {
        return in.readAllBytes();
      }
    }
  }
}

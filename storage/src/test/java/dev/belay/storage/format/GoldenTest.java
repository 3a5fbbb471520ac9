package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.file.FileStore;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Objects of each released format, kept as files, are read by every later version. To add those of
 * a new format, run this test with {@code -Dbelay.golden.write=DIR} and keep what it wrote; never
 * replace a file.
 */
class GoldenTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void whatVersion1WroteIsRead(StoredObjects object) throws Exception {
    String name = "/golden/v1/" + object.name().toLowerCase(java.util.Locale.ROOT);
    byte[] bytes = resource(name);
    List<String> reference =
        new String(resource(name + ".ref"), java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .toList();
    ObjectStore store = new FileStore(directory);
    store.put(reference.get(0), out -> out.write(bytes));
    ObjectRef wanted =
        ObjectRef.newBuilder()
            .setKey(reference.get(0))
            .setLength(bytes.length)
            .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(reference.get(1))))
            .build();
    assertThat(object.read(store, wanted)).isEqualTo(object.content());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenTodayHasTheSameContent(StoredObjects object) throws Exception {
    ObjectStore store = new FileStore(directory.resolve("store"));
    ObjectRef reference = object.write(store, directory);
    assertThat(object.read(store, reference)).isEqualTo(object.content());
    String target = System.getProperty("belay.golden.write");
    if (target != null) {
      String name = object.name().toLowerCase(java.util.Locale.ROOT);
      try (InputStream in = store.open(reference.getKey(), 0)) {
        Files.createDirectories(Path.of(target));
        Files.write(Path.of(target, name), in.readAllBytes());
      }
      Files.writeString(
          Path.of(target, name + ".ref"),
          reference.getKey()
              + "\n"
              + HexFormat.of().formatHex(reference.getDigest().toByteArray())
              + "\n");
    }
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}

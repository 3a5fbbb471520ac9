package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.Incremental;
import dev.belay.storage.file.FileStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Objects of each released format, kept as files, are read by every later version. To add those of
 * a new format, run this test with {@code -Dbelay.golden.write=DIR} and keep what it wrote; never
 * replace a file.
 */
class GoldenTest {
  @TempDir Path directory;

  static Stream<Arguments> objects() {
    return Stream.of("v1", "v2")
        .flatMap(
            version -> Stream.of(StoredObjects.values()).map(object -> arguments(version, object)));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void whatEarlierVersionsWroteIsRead(String version, StoredObjects object) throws Exception {
    ObjectStore store = new FileStore(directory);
    ObjectRef wanted =
        stored(store, "/golden/" + version + "/" + object.name().toLowerCase(Locale.ROOT));
    assertThat(object.read(store, wanted)).isEqualTo(object.content());
  }

  /** One that builds on another. */
  @Test
  void whatVersion2WroteOfSeveralObjectsIsRead() throws Exception {
    ObjectStore store = new FileStore(directory);
    ObjectRef unused = stored(store, "/golden/v2/basis");
    ObjectRef wanted = stored(store, "/golden/v2/incremental");
    assertThat(Incremental.read(store, wanted)).isTrue();
    store.delete(unused.getKey());
    assertThatThrownBy(() -> Incremental.read(store, wanted)).isInstanceOf(StoreException.class);
  }

  @Test
  void whatIsWrittenTodayOfSeveralObjectsHasTheSameContent() throws Exception {
    ObjectStore store = new FileStore(directory.resolve("store"));
    List<ObjectRef> both = Incremental.write(store, directory);
    assertThat(Incremental.read(store, both.get(1))).isTrue();
    keep(store, both.get(0), "basis");
    keep(store, both.get(1), "incremental");
  }

  private static ObjectRef stored(ObjectStore store, String name) throws Exception {
    byte[] bytes = resource(name);
    List<String> reference =
        new String(resource(name + ".ref"), StandardCharsets.UTF_8).lines().toList();
    store.put(reference.get(0), out -> out.write(bytes));
    return ObjectRef.newBuilder()
        .setKey(reference.get(0))
        .setLength(bytes.length)
        .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(reference.get(1))))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenTodayHasTheSameContent(StoredObjects object) throws Exception {
    ObjectStore store = new FileStore(directory.resolve("store"));
    ObjectRef reference = object.write(store, directory);
    assertThat(object.read(store, reference)).isEqualTo(object.content());
    keep(store, reference, object.name().toLowerCase(Locale.ROOT));
  }

  private static void keep(ObjectStore store, ObjectRef reference, String name) throws Exception {
    String target = System.getProperty("belay.golden.write");
    if (target != null) {
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

package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects whose chunks are noise: a copy looks at what surrounds them alone. */
class ObjectCopyTest {
  private static final String KEY = "c/job-1/p0/1-1-1-1.ckpt";
  private static final int MANIFEST = 500;

  @TempDir Path directory;

  private FileStore store(String name) {
    return new FileStore(directory.resolve(name));
  }

  private static byte[] object(int chunks) {
    byte[] bytes = new byte[Layout.HEADER + chunks + MANIFEST + Layout.FOOTER];
    new Random(chunks).nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(0, Layout.header(ObjectKind.CHECKPOINT));
    buffer.put(
        bytes.length - Layout.FOOTER, Layout.footer((long) Layout.HEADER + chunks, MANIFEST));
    return bytes;
  }

  private static ObjectRef reference(byte[] object) {
    MessageDigest digest = Digests.sha256();
    digest.update(object, 0, Layout.HEADER);
    digest.update(object, object.length - Layout.FOOTER - MANIFEST, MANIFEST);
    return ObjectRef.newBuilder()
        .setKey(KEY)
        .setLength(object.length)
        .setDigest(ByteString.copyFrom(digest.digest()))
        .build();
  }

  private static byte[] read(FileStore store) throws IOException {
    try (var in = store.open(KEY, 0)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 65_000, 200_000, 3_000_000})
  void whatWasRecordedIsCopied(int chunks) throws IOException {
    byte[] object = object(chunks);
    store("from").put(KEY, out -> out.write(object));
    ObjectCopy.copy(store("from"), store("to"), reference(object));
    assertThat(read(store("to"))).isEqualTo(object);
    assertThatThrownBy(() -> ObjectCopy.copy(store("from"), store("to"), reference(object)))
        .extracting(e -> ((StoreException) e).kind())
        .isEqualTo(Kind.EXISTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 3_000_000})
  void whatIsNotStaysOut(int chunks) throws IOException {
    byte[] object = object(chunks);
    ObjectRef reference = reference(object);
    byte[] manifest = object.clone();
    manifest[object.length - Layout.FOOTER - 7]++;
    byte[] footer = object.clone();
    footer[object.length - Layout.FOOTER]++;
    byte[] longer = Arrays.copyOf(object, object.length + 1);
    byte[] shorter = Arrays.copyOf(object, object.length - 1);
    for (byte[] damaged : new byte[][] {manifest, footer, longer, shorter, {}}) {
      FileStore from = store("from-" + chunks + "-" + System.identityHashCode(damaged));
      from.put(KEY, out -> out.write(damaged));
      assertThatThrownBy(() -> ObjectCopy.copy(from, store("to"), reference))
          .extracting(e -> ((StoreException) e).kind())
          .isEqualTo(Kind.CORRUPT);
    }
    assertThat(store("to").list("")).isEmpty();
  }

  @Test
  void whatIsKnownByItsKeyAloneIsCopiedAsItIs() throws IOException {
    byte[] object = object(100);
    store("from").put(KEY, out -> out.write(object));
    ObjectCopy.copy(store("from"), store("to"), ObjectRef.newBuilder().setKey(KEY).build());
    assertThat(read(store("to"))).isEqualTo(object);
  }

  @Test
  void whatIsMissingIsSaidToBe() throws IOException {
    store("from").put("c/another", out -> out.write(1));
    assertThatThrownBy(() -> ObjectCopy.copy(store("from"), store("to"), reference(object(5))))
        .extracting(e -> ((StoreException) e).kind())
        .isEqualTo(Kind.MISSING);
  }
}

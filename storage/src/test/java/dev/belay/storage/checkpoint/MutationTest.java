package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of several objects, damaged in every way that can be thought of, also by somebody who
 * can make all checksums and digests right again: reading one is a named failure or works, and
 * never takes more memory or time than the bytes that are there.
 */
class MutationTest {
  private static final int ROUNDS = 1_500;
  private static final int FOOTER = 24;
  private static final long MOST_ALLOCATED = 24L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path scratch;
  private HeapStore store;
  private Checkpoint second;

  @BeforeEach
  void write() throws IOException {
    store = new HeapStore();
    byte[] state = Content.bytes(1, 400_000);
    CheckpointDraft draft = draft(new CheckpointStore(store, Runnable::run), Basis.NONE);
    Checkpoint unused = write(draft, "c/j/p0/first", state);
    Basis basis = draft.asBasis();
    Arrays.fill(state, 200_000, 210_000, (byte) 7);
    second = write(draft(new CheckpointStore(store, Runnable::run), basis), "c/j/p0/second", state);
    assertThat(second.getReferencesCount()).isEqualTo(2);
  }

  private CheckpointDraft draft(CheckpointStore to, Basis basis) {
    return to.draft(() -> scratch, basis);
  }

  private static Checkpoint write(CheckpointDraft draft, String key, byte[] state)
      throws IOException {
    try (draft;
        OutputStream out = draft.section("state")) {
      out.write(state, 0, 300_000);
      out.close();
      try (OutputStream more = draft.section("more")) {
        more.write(state, 300_000, 100_000);
      }
      draft.finish();
      return draft.storeAs(key, Samples.TASK, Samples.IDENTITY);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 20261121})
  @Timeout(120)
  void nothingButNamedFailures(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] first = store.bytes("c/j/p0/first");
    byte[] whole = store.bytes("c/j/p0/second");
    int failures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      store.objects.put("c/j/p0/first", first);
      store.objects.put("c/j/p0/second", whole);
      Checkpoint wanted = mutate(random);
      String where = "seed " + seed + ", round " + round;
      long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      try {
        read(wanted);
      } catch (StoreException e) {
        failures++;
        assertThat(e.kind())
            .as(where + ": " + e)
            .isIn(Kind.CORRUPT, Kind.INCOMPATIBLE, Kind.MISSING);
        if (e.kind() == Kind.MISSING) {
          assertThat(e).as(where).hasMessageContaining("does not exist");
        }
        assertThat(String.valueOf(e.getMessage()))
            .as(where)
            .doesNotContain("\n")
            .hasSizeLessThan(2_000);
      } catch (Throwable e) {
        throw new AssertionError(where, e);
      }
      long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      assertThat(allocated).as(where).isLessThan(MOST_ALLOCATED);
    }
    assertThat(failures).as("seed " + seed).isGreaterThan(ROUNDS / 2);
  }

  /** All that is ever done with a checkpoint. */
  private void read(Checkpoint wanted) throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(store, Runnable::run);
    StoredCheckpoint stored = checkpoints.open(wanted);
    assertThat(stored.parts().objects()).isLessThanOrEqualTo(64);
    try (CheckpointDraft next = draft(checkpoints, stored.asBasis())) {
      for (String section : stored.sections()) {
        next.reuse(section);
      }
      next.finish();
      Checkpoint unused = next.storeAs("c/j/p0/third", Samples.TASK, Samples.IDENTITY);
    }
    for (String section : stored.sections()) {
      try (InputStream in = stored.section(section)) {
        assertThat(in.skip(Long.MAX_VALUE)).isEqualTo(stored.length(section));
      }
    }
  }

  private Checkpoint mutate(Random random) throws Exception {
    String key = random.nextInt(3) == 0 ? "c/j/p0/first" : "c/j/p0/second";
    byte[] bytes = store.bytes(key).clone();
    switch (random.nextInt(6)) {
      case 0 -> flip(bytes, 0, bytes.length, random);
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 100));
      case 2 -> flip(bytes, bytes.length - FOOTER, bytes.length, random);
      case 3 -> {
        flip(bytes, manifest(bytes), bytes.length - FOOTER, random);
        return forged(key, bytes);
      }
      default -> {
        return forged("c/j/p0/second", spliced(store.bytes("c/j/p0/second"), random));
      }
    }
    store.objects.put(key, bytes);
    return second;
  }

  private static void flip(byte[] bytes, int from, int to, Random random) {
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      bytes[from + random.nextInt(to - from)] = (byte) random.nextInt();
    }
  }

  private static int manifest(byte[] object) {
    return (int)
        ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).getLong(object.length - FOOTER);
  }

  /** Puts it there, and names it so that its digest is right. */
  private Checkpoint forged(String key, byte[] object) throws Exception {
    store.objects.put(key, object);
    byte[] own = store.bytes("c/j/p0/second");
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(own, 0, 16);
    digest.update(own, manifest(own), own.length - FOOTER - manifest(own));
    return second.toBuilder()
        .setObject(
            ObjectRef.newBuilder()
                .setKey("c/j/p0/second")
                .setLength(own.length)
                .setDigest(ByteString.copyFrom(digest.digest())))
        .build();
  }

  /** Another manifest, with a footer that fits it. */
  private static byte[] spliced(byte[] object, Random random) throws Exception {
    byte[] chunks = Arrays.copyOf(object, manifest(object));
    ObjectManifest.Builder manifest =
        ObjectManifest.parseFrom(
            ByteString.copyFrom(
                object, manifest(object), object.length - FOOTER - manifest(object)))
            .toBuilder();
    for (int count = 1 + random.nextInt(2); count > 0; count--) {
      change(manifest, chunks, random);
    }
    byte[] changed = manifest.build().toByteArray();
    ByteBuffer spliced =
        ByteBuffer.allocate(chunks.length + changed.length + FOOTER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(chunks)
            .put(changed)
            .putLong(chunks.length)
            .putInt(changed.length);
    CRC32C crc = new CRC32C();
    crc.update(spliced.array(), chunks.length + changed.length, 12);
    return spliced.putInt((int) crc.getValue()).put("BELAYEND".getBytes("US-ASCII")).array();
  }

  private static void change(ObjectManifest.Builder manifest, byte[] chunks, Random random) {
    switch (random.nextInt(12)) {
      case 0 -> manifest.setReferences(0, "c/j/p0/second");
      case 1 -> manifest.setReferences(0, "c/j/p0/" + "x".repeat(random.nextInt(300)));
      case 2 -> {
        for (int i = random.nextInt(5_000); i >= 0; i--) {
          manifest.addReferences("c/j/p0/other" + i).addReferenceLengths(1_000_000);
        }
      }
      case 3 -> manifest.addReferences("c/j/p0/first").addReferenceLengths(400_000);
      case 4 -> manifest.setReferenceLengths(0, random.nextLong());
      case 5 -> manifest.addSections(manifest.getSections(random.nextInt(2)));
      case 6 -> manifest.clearTypes().clearCheckpoint();
      case 7 -> reorder(manifest, random);
      case 8 -> manifest.getCheckpointBuilder().getCheckpointBuilder().setBytes(random.nextLong());
      case 9 -> recompressed(manifest, chunks, random);
      default -> changeChunk(manifest, random);
    }
  }

  /** Bytes of a frame are others, and its checksum is right. */
  private static void recompressed(ObjectManifest.Builder manifest, byte[] chunks, Random random) {
    for (StoredSection.Builder section : manifest.getSectionsBuilderList()) {
      for (StoredChunk.Builder chunk : section.getChunksBuilderList()) {
        boolean there =
            chunk.getOffset() >= 0
                && chunk.getStoredLength() > 0
                && chunk.getOffset() <= chunks.length - chunk.getStoredLength();
        if (chunk.getObject() == 0 && there) {
          int from = (int) chunk.getOffset();
          flip(chunks, from, from + chunk.getStoredLength(), random);
          CRC32C crc = new CRC32C();
          crc.update(chunks, from, chunk.getStoredLength());
          chunk.setStoredCrc((int) crc.getValue());
          return;
        }
      }
    }
  }

  private static void reorder(ObjectManifest.Builder manifest, Random random) {
    StoredSection.Builder section = manifest.getSectionsBuilder(0);
    List<StoredChunk> chunks = new ArrayList<>(section.getChunksList());
    Collections.shuffle(chunks, random);
    section.clearChunks().addAllChunks(chunks);
    if (random.nextBoolean()) {
      for (int i = random.nextInt(300); i > 0; i--) {
        section.addChunks(chunks.get(random.nextInt(chunks.size())));
      }
    }
  }

  private static void changeChunk(ObjectManifest.Builder manifest, Random random) {
    StoredSection.Builder section = manifest.getSectionsBuilder(random.nextInt(2));
    StoredChunk.Builder chunk = section.getChunksBuilder(random.nextInt(section.getChunksCount()));
    int[] sizes = {0, -1, 1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, random.nextInt()};
    long[] offsets = {0, -1, 15, 16, Long.MAX_VALUE, Long.MIN_VALUE, random.nextInt(500_000)};
    switch (random.nextInt(6)) {
      case 0 -> chunk.setObject(random.nextBoolean() ? random.nextInt(4) : random.nextInt());
      case 1 -> chunk.setOffset(offsets[random.nextInt(offsets.length)]);
      case 2 -> chunk.setStoredLength(sizes[random.nextInt(sizes.length)]);
      case 3 -> chunk.setRawLength(sizes[random.nextInt(sizes.length)]);
      case 4 -> chunk.setStoredCrc(random.nextInt());
      default -> chunk.setRawDigest(ByteString.copyFrom(new byte[random.nextInt(40)]));
    }
  }
}

package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.UnavailableStore;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What did not change since the basis is not written again. */
class IncrementalTest {
  private static final int LARGE = 200 << 20;

  @TempDir Path directory;
  private MeteredStore store;
  private CheckpointStore checkpoints;
  private int number;

  @BeforeEach
  void open() {
    store = new MeteredStore(new FileStore(directory.resolve("store")));
    checkpoints = new CheckpointStore(store);
  }

  /** A checkpoint, and what the next may build on. */
  private record Written(Checkpoint checkpoint, Basis basis) {}

  @Test
  void ofAChangedPercentLittleMoreThanThatIsStored() throws Exception {
    byte[] state = Content.bytes(1, LARGE);
    Written full = write(Basis.NONE, state);
    long size = full.checkpoint.getStoredBytes();

    int percent = LARGE / 100;
    byte[] change = Content.bytes(2, percent);
    System.arraycopy(change, 0, state, 77_777_777, percent);
    Written changed = write(full.basis, state);
    assertThat(added(changed)).isLessThan(size / 50).isGreaterThan(size / 150);
    assertThat(manifest(changed)).isLessThan(size / 200);
    assertThat(changed.checkpoint.getReferencesList()).containsExactly(key(changed), key(full));

    byte[] longer = new byte[LARGE + 1];
    System.arraycopy(state, 0, longer, 0, 50_000_000);
    longer[50_000_000] = 42;
    System.arraycopy(state, 50_000_000, longer, 50_000_001, LARGE - 50_000_000);
    Written inserted = write(changed.basis, longer);
    assertThat(added(inserted)).isLessThan(2 * 256 << 10);

    Written same = write(inserted.basis, longer);
    assertThat(added(same)).isLessThan(64);
    assertThat(Arrays.equals(restored(same), longer)).isTrue();
    assertThat(Arrays.equals(restored(changed), state)).isTrue();
  }

  @Test
  void aReusedSectionIsNotSerialised() throws Exception {
    byte[] large = Content.bytes(1, 3 << 20);
    byte[] small = Content.bytes(2, 1 << 10);
    Written first;
    try (CheckpointDraft draft = draft(Basis.NONE)) {
      section(draft, "large", large);
      section(draft, "empty", new byte[0]);
      section(draft, "small", small);
      first = store(draft);
    }
    Written second;
    try (CheckpointDraft draft = draft(first.basis)) {
      section(draft, "small", large);
      draft.reuse("empty");
      draft.reuse("large");
      second = store(draft);
    }
    assertThat(second.checkpoint.getBytes()).isEqualTo(2L * large.length);
    assertThat(second.basis.sections()).containsExactlyInAnyOrder("small", "empty", "large");
    StoredCheckpoint stored = checkpoints.open(second.checkpoint);
    assertThat(stored.sections()).containsExactly("small", "empty", "large");
    assertThat(Arrays.equals(bytes(stored, "large"), large)).isTrue();
    assertThat(Arrays.equals(bytes(stored, "small"), large)).isTrue();
    assertThat(bytes(stored, "empty")).isEmpty();
    assertThat(stored.parts().reused()).isEqualTo(stored.parts().chunks());
    assertThat(second.checkpoint.getStoredBytes()).isLessThan(large.length / 50);
  }

  @Test
  void whatTheBasisDoesNotHaveCannotBeReused() {
    try (CheckpointDraft draft = draft(Basis.NONE)) {
      assertThatThrownBy(() -> draft.reuse("large"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"large\"");
    }
  }

  /** Of a large object only a little section lives on: it is copied, and the object let go. */
  @Test
  void aSectionOutlivesTheObjectItWasWrittenIn() throws Exception {
    byte[] kept = Content.bytes(1, 200 << 10);
    Written first;
    try (CheckpointDraft draft = draft(Basis.NONE)) {
      section(draft, "kept", kept);
      section(draft, "other", Content.bytes(2, 4 << 20));
      first = store(draft);
    }
    Written second;
    try (CheckpointDraft draft = draft(first.basis)) {
      draft.reuse("kept");
      section(draft, "other", Content.bytes(3, 1 << 10));
      second = store(draft);
    }
    assertThat(second.checkpoint.getReferencesList()).containsExactly(key(second));
    store.delete(key(first));
    assertThat(bytes(checkpoints.open(second.checkpoint), "kept")).isEqualTo(kept);
  }

  @Test
  void aCopyThatCannotBeReadFailsTheCheckpointAndNothingElse() throws Exception {
    Written first;
    try (CheckpointDraft draft = draft(Basis.NONE)) {
      section(draft, "kept", Content.bytes(1, 200 << 10));
      section(draft, "other", Content.bytes(2, 4 << 20));
      first = store(draft);
    }
    CheckpointStore blind =
        new CheckpointStore(new UnavailableStore(store, UnavailableStore.Operation.OPEN::equals));
    Basis basis = new CheckpointStore(store).open(first.checkpoint).asBasis();
    store.delete(key(first));
    try (CheckpointDraft draft = blind.draft(() -> directory, basis)) {
      draft.reuse("kept");
      draft.finish();
      assertThatThrownBy(() -> store(draft))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING));
    }
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void theSameBytesTwiceAreStoredOnce() throws Exception {
    byte[] once = Content.bytes(1, 2 << 20);
    byte[] state = new byte[4 * once.length];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(once, 0, state, i * once.length, once.length);
    }
    Written single = write(Basis.NONE, once);
    Written four = write(Basis.NONE, state);
    assertThat(four.checkpoint.getStoredBytes())
        .isLessThan(3 * single.checkpoint.getStoredBytes() / 2);
    assertThat(Arrays.equals(restored(four), state)).isTrue();
  }

  @Test
  void aTinyStateIsAlwaysWhole() throws Exception {
    byte[] state = Content.bytes(1, 20_000);
    Written first = write(Basis.NONE, state);
    Written second = write(first.basis, state);
    assertThat(second.checkpoint.getReferencesList()).containsExactly(key(second));
  }

  @Test
  void aRestoreReadsRunsAndNotEachChunk() throws Exception {
    byte[] state = Content.bytes(1, 20 << 20);
    Written full = write(Basis.NONE, state);
    store.opened.set(0);
    store.read.set(0);
    assertThat(Arrays.equals(restored(full), state)).isTrue();
    assertThat(store.opened.get()).isLessThan(20);
    assertThat(store.read.get()).isLessThan(full.checkpoint.getObject().getLength() + (130 << 10));
  }

  private Written write(Basis basis, byte[] state) throws IOException {
    try (CheckpointDraft draft = draft(basis)) {
      section(draft, CheckpointStore.STATE, state);
      return store(draft);
    }
  }

  private CheckpointDraft draft(Basis basis) {
    return checkpoints.draft(() -> directory.resolve("scratch"), basis);
  }

  private static void section(CheckpointDraft draft, String name, byte[] bytes) throws IOException {
    try (OutputStream out = draft.section(name)) {
      out.write(bytes);
    }
  }

  private Written store(CheckpointDraft draft) throws IOException {
    draft.finish();
    Checkpoint stored = draft.storeAs("c/j/p0/" + ++number, Samples.TASK, Samples.IDENTITY);
    return new Written(stored, draft.asBasis());
  }

  private byte[] restored(Written written) throws IOException {
    return bytes(checkpoints.open(written.checkpoint), CheckpointStore.STATE);
  }

  private static byte[] bytes(StoredCheckpoint stored, String section) throws IOException {
    try (InputStream in = stored.section(section)) {
      byte[] bytes = in.readAllBytes();
      assertThat(stored.length(section)).isEqualTo(bytes.length);
      return bytes;
    }
  }

  /** But for the manifest. */
  private long added(Written written) throws IOException {
    return written.checkpoint.getStoredBytes() - manifest(written);
  }

  private long manifest(Written written) throws IOException {
    long length = written.checkpoint.getObject().getLength();
    try (InputStream in = store.open(key(written), length - 24, 8)) {
      byte[] offset = in.readAllBytes();
      long from = 0;
      for (int i = 7; i >= 0; i--) {
        from = from << 8 | offset[i] & 0xff;
      }
      return length - from;
    }
  }

  private static String key(Written written) {
    return written.checkpoint.getObject().getKey();
  }
}

package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Over a long life, with the three newest checkpoints kept and all that they do not refer to
 * deleted: each of them can be restored, a restore reads little more than a full one, and what is
 * held stays in proportion to what is kept.
 */
class CompactionTest {
  private static final int ROUNDS = 200;
  private static final int KEPT = 3;
  private static final int SIZE = 3 << 19;

  @TempDir Path directory;

  private record Kept(Checkpoint checkpoint, Basis basis, byte[] state, long fullBytes) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 20261121})
  void boundsHold(long seed) throws Exception {
    Random random = new Random(seed);
    MeteredStore store = new MeteredStore(new FileStore(directory.resolve("store")));
    MeteredStore aside = new MeteredStore(new FileStore(directory.resolve("aside")));
    CheckpointStore checkpoints = new CheckpointStore(store);
    CheckpointStore whole = new CheckpointStore(aside);
    Deque<Kept> kept = new ArrayDeque<>();
    byte[] state = Content.bytes(seed, SIZE);
    int most = 0;
    int reused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String where = "seed " + seed + ", round " + round;
      state = changed(state, random, round);
      Basis basis = kept.isEmpty() ? Basis.NONE : kept.getFirst().basis;
      Kept next = write(checkpoints, "c/" + round, basis, state);
      long size = checkpoints.open(next.checkpoint).parts().bytes();
      kept.addFirst(new Kept(next.checkpoint, next.basis, state, size));
      if (kept.size() > KEPT) {
        kept.removeLast();
      }
      collect(store, kept);
      most = Math.max(most, next.checkpoint.getReferencesCount());
      reused += next.checkpoint.getStoredBytes() < size / 2 ? 1 : 0;
      assertThat(next.checkpoint.getReferencesCount()).as(where).isLessThanOrEqualTo(64);
      long held = store.list("").stream().mapToLong(Stored::length).sum();
      long states = kept.stream().mapToLong(Kept::fullBytes).sum();
      assertThat(held).as(where).isLessThan(2 * states);
      if (round % 4 == 0) {
        Checkpoint full = write(whole, "full/" + round, Basis.NONE, state).checkpoint;
        assertThat(read(store, checkpoints, next.checkpoint, state, where))
            .as(where)
            .isLessThan(13 * read(aside, whole, full, state, where) / 10);
        aside.delete("full/" + round);
      }
      if (round % 20 == 0) {
        for (Kept one : kept) {
          read(store, checkpoints, one.checkpoint, one.state, where);
        }
      }
    }
    assertThat(most).as("objects of one checkpoint, seed " + seed).isGreaterThan(10);
    assertThat(reused).as("small checkpoints, seed " + seed).isGreaterThan(ROUNDS / 2);
  }

  /** Mostly a little of it, sometimes much, sometimes nearly everything. */
  private static byte[] changed(byte[] state, Random random, int round) {
    byte[] next = state.clone();
    int kind = random.nextInt(20);
    if (kind < 12) {
      int length = 1 + random.nextInt(state.length / 50);
      overwrite(next, random, round, length);
    } else if (kind < 15) {
      for (int i = random.nextInt(8); i >= 0; i--) {
        overwrite(next, random, round * 31 + i, 1 + random.nextInt(100));
      }
    } else if (kind < 17) {
      int at = random.nextInt(state.length);
      byte[] more = Content.bytes(round, 1 + random.nextInt(50_000));
      next = new byte[state.length + more.length];
      System.arraycopy(state, 0, next, 0, at);
      System.arraycopy(more, 0, next, at, more.length);
      System.arraycopy(state, at, next, at + more.length, state.length - at);
    } else if (kind < 18) {
      int from = random.nextInt(state.length);
      int to = from + random.nextInt(state.length - from);
      if (state.length - (to - from) > SIZE / 2) {
        next = new byte[state.length - (to - from)];
        System.arraycopy(state, 0, next, 0, from);
        System.arraycopy(state, to, next, from, state.length - to);
      }
    } else if (kind < 19) {
      overwrite(next, random, round, state.length / 2);
    } else if (random.nextInt(3) == 0) {
      // Shrinks to a piece: the rest of the old object is dead at once.
      int length = 300_000 + random.nextInt(500_000);
      int from = random.nextInt(state.length - length);
      next = Arrays.copyOfRange(state, from, from + length);
      byte[] grown = Content.bytes(round, SIZE);
      if (random.nextBoolean()) {
        System.arraycopy(next, 0, grown, 0, next.length);
        next = grown;
      }
    }
    return next.length < SIZE / 2 && random.nextInt(4) == 0 ? Content.bytes(round, SIZE) : next;
  }

  private static void overwrite(byte[] state, Random random, long seed, int length) {
    byte[] change = Content.bytes(seed, Math.min(length, state.length));
    System.arraycopy(
        change, 0, state, random.nextInt(state.length - change.length + 1), change.length);
  }

  private Kept write(CheckpointStore to, String key, Basis basis, byte[] state) throws IOException {
    try (CheckpointDraft draft = to.draft(() -> directory.resolve("scratch"), basis)) {
      try (OutputStream out = draft.section(CheckpointStore.STATE)) {
        out.write(state);
      }
      draft.finish();
      Checkpoint stored = draft.storeAs(key, Samples.TASK, Samples.IDENTITY);
      return new Kept(stored, draft.asBasis(), state, 0);
    }
  }

  private static void collect(MeteredStore store, Deque<Kept> kept) throws IOException {
    Set<String> needed = new HashSet<>();
    kept.forEach(one -> needed.addAll(one.checkpoint.getReferencesList()));
    for (Stored stored : store.list("")) {
      if (!needed.contains(stored.key())) {
        store.delete(stored.key());
      }
    }
  }

  /** How many bytes that took. */
  private static long read(
      MeteredStore store, CheckpointStore from, Checkpoint wanted, byte[] state, String where)
      throws IOException {
    long before = store.read.get();
    try (InputStream in = from.open(wanted).section(CheckpointStore.STATE)) {
      assertThat(Arrays.equals(in.readAllBytes(), state)).as(where).isTrue();
    }
    return store.read.get() - before;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsLeftIsWithinTheFactorAndTheNumber(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      List<Basis.Source> sources = new ArrayList<>();
      for (int i = random.nextInt(100); i >= 0; i--) {
        long length = 1 + random.nextInt(1_000_000);
        sources.add(new Basis.Source("o" + i, length, (long) (length * random.nextDouble())));
      }
      long own = random.nextInt(3) * 100_000L;
      BitSet given = Compaction.givenUp(sources, own, Compaction.BEFORE);
      long held = own;
      long live = own;
      int left = 0;
      for (int i = 0; i < sources.size(); i++) {
        Basis.Source source = sources.get(i);
        live += source.live();
        held += given.get(i) ? source.live() : source.live() > 0 ? source.length() : 0;
        left += !given.get(i) && source.live() > 0 ? 1 : 0;
      }
      assertThat((double) held)
          .as("seed %d, round %d", seed, round)
          .isLessThanOrEqualTo(1.3 * live);
      assertThat(left).isLessThanOrEqualTo(Compaction.MOST);
    }
  }
}

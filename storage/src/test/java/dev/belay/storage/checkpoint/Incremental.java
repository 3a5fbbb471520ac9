package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A checkpoint of two sections that builds on another one: one taken over, one changed a little.
 */
public final class Incremental {
  private static final String TAKEN_OVER = "taken-over";
  private static final String CHANGED = "changed";
  private static final int CUT = 60_000;

  private Incremental() {}

  /** The basis and what builds on it. */
  public static List<ObjectRef> write(ObjectStore store, Path scratch) throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(store);
    Checkpoint first;
    Basis basis;
    try (CheckpointDraft draft = checkpoints.draft(() -> scratch, Basis.NONE)) {
      section(draft, TAKEN_OVER, takenOver());
      section(draft, CHANGED, Content.bytes(2, 120_000));
      draft.finish();
      first = draft.storeAs("cluster/job/p3/0-7-1-1.ckpt", Samples.TASK, Samples.IDENTITY);
      basis = draft.asBasis();
    }
    try (CheckpointDraft draft = checkpoints.draft(() -> scratch, basis)) {
      draft.reuse(TAKEN_OVER);
      section(draft, CHANGED, changed());
      draft.finish();
      Checkpoint second =
          draft.storeAs("cluster/job/p3/0-7-2-1.ckpt", Samples.TASK, Samples.IDENTITY);
      return List.of(first.getObject(), second.getObject());
    }
  }

  /** Whether all of it is as it should be. */
  public static boolean read(ObjectStore store, ObjectRef reference) throws IOException {
    StoredCheckpoint stored =
        new CheckpointStore(store).open(Samples.IDENTITY.toBuilder().setObject(reference).build());
    return stored.parts().objects() == 2
        && stored.sections().equals(List.of(TAKEN_OVER, CHANGED))
        && Arrays.equals(takenOver(), bytes(stored, TAKEN_OVER))
        && Arrays.equals(changed(), bytes(stored, CHANGED));
  }

  private static byte[] takenOver() {
    return Content.bytes(1, 80_000);
  }

  private static byte[] changed() {
    byte[] state = Content.bytes(2, 120_000);
    state[CUT] ^= 1;
    return state;
  }

  private static void section(CheckpointDraft draft, String name, byte[] bytes) throws IOException {
    try (OutputStream out = draft.section(name)) {
      out.write(bytes);
    }
  }

  private static byte[] bytes(StoredCheckpoint stored, String section) throws IOException {
    try (InputStream in = stored.section(section)) {
      return in.readAllBytes();
    }
  }
}

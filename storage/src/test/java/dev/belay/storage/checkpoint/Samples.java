package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException;
import dev.belay.storage.state.EncodedState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** A checkpoint's names. */
public final class Samples {
  public static final String KEY = "cluster/job/p3/0-7-1-0.ckpt";

  public static final TaskId TASK =
      TaskId.newBuilder().setJob("job").setKind(TaskKind.PARTITION).setIndex(3).build();

  public static final Checkpoint IDENTITY =
      Checkpoint.newBuilder()
          .setSequence(1)
          .setEpoch(Epoch.newBuilder().setCounter(7))
          .setProgress(Progress.newBuilder().setDone(5).setTotal(10))
          .addSegments(Segment.newBuilder().setName("part"))
          .setCreatedMillis(1_700_000_000_000L)
          .build();

  private Samples() {}

  /** Stores a state in one section, whole. */
  public static Checkpoint write(
      CheckpointStore to, String key, Checkpoint identity, EncodedState state, Path scratch)
      throws StoreException {
    try (CheckpointDraft draft = to.draft(() -> scratch, Basis.NONE)) {
      return write(draft, key, identity, state);
    }
  }

  /** Stores a state in one section. */
  static Checkpoint write(
      CheckpointDraft draft, String key, Checkpoint identity, EncodedState state)
      throws StoreException {
    draft.types(state.types());
    try (OutputStream out = draft.section(CheckpointStore.STATE)) {
      out.write(state.bytes());
    } catch (IOException e) {
      throw (StoreException) e;
    }
    draft.finish();
    return draft.storeAs(key, TASK, identity);
  }

  /** The state in the one section. */
  public static EncodedState read(CheckpointStore from, Checkpoint wanted) throws StoreException {
    StoredCheckpoint stored = from.open(wanted);
    try (InputStream in = stored.section(CheckpointStore.STATE)) {
      return new EncodedState(stored.types(0), in.readAllBytes());
    } catch (IOException e) {
      throw (StoreException) e;
    }
  }
}

package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;

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
}

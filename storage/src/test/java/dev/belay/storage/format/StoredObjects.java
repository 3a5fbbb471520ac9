package dev.belay.storage.format;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.checkpoint.Samples;
import dev.belay.storage.plan.PlanFile;
import dev.belay.storage.plan.PlanSpool;
import dev.belay.storage.segment.SegmentInput;
import dev.belay.storage.segment.SegmentSpool;
import dev.belay.storage.state.StateCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** One small object of each kind, written and read through the real classes. */
public enum StoredObjects {
  CHECKPOINT {
    @Override
    public ObjectRef write(ObjectStore store, Path scratch) throws IOException {
      return Samples.write(
              new CheckpointStore(store),
              Samples.KEY,
              Samples.IDENTITY,
              CODEC.encode(content()),
              scratch)
          .getObject();
    }

    @Override
    public Object read(ObjectStore store, ObjectRef reference) throws IOException {
      Checkpoint wanted = Samples.IDENTITY.toBuilder().setObject(reference).build();
      return CODEC.decode(Samples.read(new CheckpointStore(store), wanted), Object.class);
    }

    @Override
    public Object content() {
      TreeMap<String, Object> state = new TreeMap<>();
      state.put("count", new Count("word", 3L, Size.LARGE));
      state.put("text", "text, text, text, text, text, text");
      state.put("numbers", new ArrayList<>(Arrays.asList(1, 2L, 3.0, null)));
      return state;
    }
  },
  PLAN {
    @Override
    public ObjectRef write(ObjectStore store, Path scratch) throws IOException {
      try (PlanSpool spool = new PlanSpool(scratch)) {
        for (Object split : (List<?>) content()) {
          spool.add(CODEC.encode(split));
        }
        return spool.storeAs(store, "cluster/job/plan");
      }
    }

    @Override
    public Object read(ObjectStore store, ObjectRef reference) throws IOException {
      PlanFile plan = PlanFile.open(store, reference);
      List<Object> splits = new ArrayList<>();
      for (int i = 0; i < plan.splits(); i++) {
        splits.add(CODEC.decode(plan.split(i), Object.class));
      }
      return splits;
    }

    @Override
    public Object content() {
      return List.of("split 0", new Count("split 1", 1, Size.SMALL), "split 2", 3L);
    }
  },
  SEGMENT {
    @Override
    public ObjectRef write(ObjectStore store, Path scratch) throws IOException {
      try (SegmentSpool spool = new SegmentSpool(scratch)) {
        for (Object b : (List<?>) content()) {
          spool.write((Byte) b);
        }
        return spool.storeAs(store, "cluster/job/segment");
      }
    }

    @Override
    public Object read(ObjectStore store, ObjectRef reference) throws IOException {
      try (SegmentInput in = SegmentInput.open(store, reference)) {
        return bytes(in.readAllBytes());
      }
    }

    @Override
    public Object content() {
      return bytes(
          "word\t1\nother\t2\nword\t1\nother\t2\n"
              .repeat(5)
              .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  };

  /** In the states. */
  public record Count(String word, long count, Size size) {}

  /** In the states. */
  public enum Size {
    SMALL,
    LARGE
  }

  private static final StateCodec CODEC = new StateCodec(List.of(Count.class, Size.class));

  public abstract ObjectRef write(ObjectStore store, Path scratch) throws IOException;

  public abstract Object read(ObjectStore store, ObjectRef reference) throws IOException;

  /** What is written, and must be read. */
  public abstract Object content();

  private static List<Byte> bytes(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }
}

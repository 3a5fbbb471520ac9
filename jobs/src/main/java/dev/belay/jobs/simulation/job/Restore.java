package dev.belay.jobs.simulation.job;

import dev.belay.jobs.simulation.job.Saved.Part;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a checkpoint: its object, and all older ones that the rest of its state lies in. */
final class Restore {
  /** Hears how it went; all of it is there if the result is OK. */
  interface Reader {
    void read(Result result, RangeState state, List<Part> parts);
  }

  private final TaskRun run;
  private final Range range;
  private final Checkpoint checkpoint;
  private final Reader reader;

  Restore(TaskRun run, Range range, Checkpoint checkpoint, Reader reader) {
    this.run = run;
    this.range = range;
    this.checkpoint = checkpoint;
    this.reader = reader;
  }

  void begin() {
    long digest = checkpoint.getObject().getDigest().asReadOnlyByteBuffer().getLong();
    String key = checkpoint.getObject().getKey();
    get(key, digest, saved -> next(saved.parts(key), 0));
  }

  private void next(List<Part> parts, int index) {
    // The last one is the object that names the others.
    if (index == parts.size() - 1) {
      reader.read(Result.OK, state(parts), new ArrayList<>(parts));
      return;
    }
    Part part = parts.get(index);
    get(part.key(), part.digest(), saved -> next(parts, index + 1));
  }

  private void get(String key, long digest, Consumer<Saved> then) {
    run.at
        .store()
        .get(
            run.at.process(),
            key,
            digest,
            (result, content) -> run.goOn(() -> got(result, content, then)));
  }

  private void got(Result result, @Nullable Object content, Consumer<Saved> then) {
    if (result == Result.OK) {
      then.accept((Saved) Objects.requireNonNull(content));
    } else {
      reader.read(result, new RangeState(range.from(), 0), List.of());
    }
  }

  private RangeState state(List<Part> parts) {
    Piece all = new Piece(range.from(), range.from(), 0);
    for (Part part : parts) {
      if (part.piece().from() != all.to()) {
        throw new IllegalStateException(
            checkpoint.getObject().getKey() + " lacks what lies before " + part.piece());
      }
      all = all.and(part.piece());
    }
    return new RangeState(all.to(), all.sum());
  }
}

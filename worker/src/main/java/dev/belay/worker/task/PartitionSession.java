package dev.belay.worker.task;

import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.TaskEpoch;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Started;
import dev.belay.storage.state.UnwritableStateException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a partition's {@link PartitionTask} once a call has left the fast path: who
 * may call, what is wanted, and in which order it is done. For the attempt's thread alone.
 *
 * <p>At a safe point: an attempt that has ended throws; the first one is reported; a drain takes
 * the final checkpoint, waits until it counts, and gives the lease back; a checkpoint that is due
 * is taken and goes on its way.
 */
final class PartitionSession {
  private final Assignment assignment;
  private final Parameters parameters;
  private final Control control;
  private final PartitionParts parts;
  private final SmallResult result = new SmallResult();
  private final Thread owner = Thread.currentThread();
  private final PartitionTask task = new PartitionTask(this);

  private @Nullable Class<?> stateType;
  private long resumedFrom;
  private boolean started;
  private boolean segmentBegun;

  PartitionSession(
      Assignment assignment, Parameters parameters, Control control, PartitionParts parts) {
    this.assignment = assignment;
    this.parameters = parameters;
    this.control = control;
    this.parts = parts;
  }

  PartitionTask task() {
    return task;
  }

  Parameters parameters() {
    return parameters;
  }

  int partition() {
    return assignment.getLease().getTask().getIndex();
  }

  TaskEpoch epoch() {
    Epoch epoch = assignment.getLease().getEpoch();
    return new TaskEpoch(epoch.getGeneration(), epoch.getCounter());
  }

  SmallResult result() {
    enter();
    return result;
  }

  /** The job's code begins. */
  void begin() {
    parts.pipeline().begin();
    control.onWait(parts.stuck());
    parts.stuck().passed();
  }

  /** It is through, one way or another: a checkpoint that has not been reported comes too late. */
  void close() {
    quiet();
    parts.pipeline().giveUp();
  }

  /** The job's code has left: nothing falls due, and it cannot hang. */
  private void quiet() {
    parts.schedule().close();
    parts.watch().close();
    parts.stuck().close();
  }

  <T> T split(Class<T> type) {
    enter();
    return beforeTheFirst(() -> parts.splits().read(type));
  }

  <K, V> KeyedState<K, V> keyed(String name, Class<K> keyType, Class<V> valueType) {
    enter();
    if (stateType != null || started || segmentBegun) {
      throw new IllegalStateException(
          "task.keyed(...) comes before task.state(...), which fills it from the checkpoint");
    }
    return parts.states().keyed().open(name, keyType, valueType);
  }

  <S> S state(Class<S> type, Supplier<S> fresh) {
    enter();
    if (stateType != null || started || segmentBegun) {
      throw new IllegalStateException(
          "task.state(...) is for the beginning: once, before the first safe point and segment");
    }
    // Nothing has been done yet that would be lost.
    control.checkOrRelease();
    stateType = type;
    return beforeTheFirst(() -> restored(type, fresh));
  }

  /** Reading may take as long as the store is out of reach: that time is not the job's. */
  private <T> T beforeTheFirst(Supplier<T> reading) {
    if (started) {
      return reading.get();
    }
    parts.schedule().idle();
    parts.stuck().begin();
    try {
      T read = reading.get();
      parts.pipeline().begin();
      return read;
    } finally {
      parts.stuck().end();
    }
  }

  private <S> S restored(Class<S> type, Supplier<S> fresh) {
    try {
      return latestOr(type, fresh);
    } catch (UnwritableStateException e) {
      throw control.fail(Failures.of(e));
    }
  }

  private <S> S latestOr(Class<S> type, Supplier<S> fresh) {
    parts.states().register(type);
    Restore.Restored<S> restored = parts.restore().latest(type);
    if (restored != null) {
      resumedFrom = restored.checkpoint().getSequence();
      parts.pipeline().resume(restored.basis());
      parts.segments().resume(restored.checkpoint().getSegmentsList());
      task.progress(
          restored.checkpoint().getProgress().getDone(),
          restored.checkpoint().getProgress().getTotal());
      return restored.state();
    }
    S state = fresh.get();
    requireState(state);
    parts.states().tryOut(state, type);
    return state;
  }

  /** A call of {@link PartitionTask#checkpoint} for which something is wanted. */
  void safePoint(Object state) {
    requireState(state);
    arrive();
    if (control.draining()) {
      saveAndWait(state);
      throw control.release();
    }
    if (parts.cutting().wanted()) {
      cut(state);
    }
    if (parts.schedule().isDue()) {
      take(state);
    }
  }

  boolean due() {
    arrive();
    boolean wanted = control.draining() || parts.cutting().wanted() || parts.schedule().isDue();
    if (wanted) {
      task.raise();
    }
    return wanted;
  }

  void checkpointNow(Object state) {
    requireState(state);
    arrive();
    saveAndWait(state);
    if (control.draining()) {
      throw control.release();
    }
    if (parts.cutting().wanted()) {
      cut(state);
    }
  }

  /**
   * Does not return where the partition was cut: the lease ended with that, and the head goes on
   * under another.
   */
  private void cut(Object state) {
    Cutting.Pieces pieces = parts.cutting().cut(parts.splits(), state, task.progress());
    if (pieces != null && save(state, pieces)) {
      throw control.over("it was cut in two, and goes on under a new lease");
    }
  }

  private boolean save(Object state, Cutting.Pieces pieces) {
    boolean counts;
    try {
      counts =
          parts
              .pipeline()
              .saveWithin(parts.states().snapshot(state), pieces.headProgress(), pieces::report);
    } catch (UnwritableStateException e) {
      throw control.fail(Failures.of(e));
    }
    if (!counts) {
      parts.cutting().decline("the checkpoint could not be stored");
    }
    return counts;
  }

  SegmentWriter segment(String name) {
    enter();
    segmentBegun = true;
    return parts.segments().begin(name);
  }

  /**
   * Nothing is left to do. Returns once that is reported: whether it counts changes nothing for
   * this thread, and the next task need not wait for it. Nor is a checkpoint waited for that is on
   * its way: nothing will be restored from it, and a store that hangs would keep the slot from
   * others.
   */
  void complete() {
    quiet();
    // What began from nothing and is done at its first safe point: its completion says so too.
    started |= resumedFrom == 0;
    arrive();
    Report.Builder completed =
        Report.newBuilder()
            .setCompleted(
                Completed.newBuilder()
                    .setResult(result.build())
                    .addAllSegments(parts.segments().awaitDurable())
                    .setProgress(task.progress()));
    parts.pipeline().over();
    control.tell(completed);
  }

  private void enter() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "a task is for the thread that run was called on, "
              + owner.getName()
              + ", and was called on "
              + Thread.currentThread().getName());
    }
    control.check();
  }

  private void arrive() {
    enter();
    task.lower();
    parts.watch().passed();
    parts.stuck().passed();
    if (control.ending() != null) {
      task.raise();
      control.check();
    }
    if (!started) {
      started = true;
      control.tell(
          Report.newBuilder().setStarted(Started.newBuilder().setResumedFromSequence(resumedFrom)));
    }
  }

  /** Before anything is looked at that this call would use up. */
  private void requireState(@Nullable Object state) {
    enter();
    if (stateType == null) {
      throw new IllegalStateException(
          "call task.state(type, fresh) before the first safe point: without it a checkpoint could"
              + " not be restored");
    }
    if (state == null || state.getClass() != stateType) {
      throw new IllegalArgumentException(
          "a state is an instance of the very "
              + stateType.getName()
              + " that task.state(...) was called for, not "
              + (state == null ? "null" : "a " + state.getClass().getName()));
    }
  }

  private void take(Object state) {
    boolean taken = false;
    try {
      var unused = parts.pipeline().take(parts.states().snapshot(state), task.progress());
      taken = true;
    } catch (UnwritableStateException e) {
      throw control.fail(Failures.of(e));
    } finally {
      if (!taken) {
        // Should the job's code catch what this throws, one is still due.
        task.raise();
      }
    }
  }

  private void saveAndWait(Object state) {
    try {
      parts.pipeline().saveAndWait(parts.states().snapshot(state), task.progress());
    } catch (UnwritableStateException e) {
      throw control.fail(Failures.of(e));
    }
  }
}

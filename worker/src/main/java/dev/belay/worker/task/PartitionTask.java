package dev.belay.worker.task;

import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.job.TaskEpoch;
import dev.belay.runtime.proto.Progress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * The task as the job's code sees it, made for a call in every step of a tight loop.
 *
 * <p>{@link #checkpoint} reads one field, {@code raised}, and returns. Whoever wants something of
 * the task (a timer, a stop, a drain) makes that known elsewhere first and raises the flag then;
 * the slow path lowers it first and looks for what is wanted then, so nothing is missed. The read
 * is opaque, not volatile: it costs what a plain read does, but no compiler may take it out of the
 * loop. Progress is two such writes. All else, checks included, is on the slow path.
 */
final class PartitionTask implements Task {
  private static final VarHandle RAISED = handle("raised", boolean.class);
  private static final VarHandle DONE = handle("done", long.class);
  private static final VarHandle TOTAL = handle("total", long.class);

  private final PartitionSession session;

  /** From the start, for the first safe point is one that something is wanted of. */
  @SuppressWarnings("unused") // through RAISED
  private boolean raised = true;

  @SuppressWarnings("unused") // through DONE
  private long done;

  @SuppressWarnings("unused") // through TOTAL
  private long total;

  PartitionTask(PartitionSession session) {
    this.session = session;
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(PartitionTask.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Something is wanted of the task at its next safe point. On any thread. */
  void raise() {
    RAISED.setVolatile(this, true);
  }

  /** Before looking for what is wanted. */
  void lower() {
    RAISED.setVolatile(this, false);
  }

  @Override
  public void checkpoint(Object state) {
    if ((boolean) RAISED.getOpaque(this)) {
      session.safePoint(state);
    }
  }

  @Override
  public boolean due() {
    return (boolean) RAISED.getOpaque(this) && session.due();
  }

  @Override
  public void progress(long done, long total) {
    DONE.setOpaque(this, done);
    TOTAL.setOpaque(this, total);
  }

  /** On any thread: the two numbers may be of different calls. */
  Progress progress() {
    return Progress.newBuilder()
        .setDone(Math.max(0, (long) DONE.getOpaque(this)))
        .setTotal(Math.max(0, (long) TOTAL.getOpaque(this)))
        .build();
  }

  @Override
  public void checkpointNow(Object state) {
    session.checkpointNow(state);
  }

  @Override
  public <S> S state(Class<S> type, Supplier<S> fresh) {
    return session.state(type, fresh);
  }

  @Override
  public <K, V> KeyedState<K, V> keyed(String name, Class<K> keyType, Class<V> valueType) {
    return session.keyed(name, keyType, valueType);
  }

  @Override
  public Parameters parameters() {
    return session.parameters();
  }

  @Override
  public int partition() {
    return session.partition();
  }

  @Override
  public TaskEpoch epoch() {
    return session.epoch();
  }

  @Override
  public <T> T split(Class<T> type) {
    return session.split(type);
  }

  @Override
  public SegmentWriter segment(String name) {
    return session.segment(name);
  }

  @Override
  public void result(String name, long value) {
    session.result().set(name, value);
  }

  @Override
  public void result(String name, double value) {
    session.result().set(name, value);
  }

  @Override
  public void result(String name, String value) {
    session.result().set(name, value);
  }
}

package dev.belay.runtime.job;

import dev.belay.runtime.job.input.FileRanges;
import dev.belay.runtime.job.input.Lines;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * One attempt at one partition, as its code sees it. The loop stays the user's own:
 *
 * <pre>{@code
 * Counts counts = task.state(Counts.class, Counts::new); // the latest checkpoint, or a fresh start
 * try (Lines lines = task.lines(counts.position)) { // the position is part of the state
 *   while (lines.next()) {
 *     counts.add(lines);
 *     counts.position = lines.position();
 *     task.checkpoint(counts); // a safe point: almost free, saves only when one is due
 *   }
 * }
 * task.result("words", counts.total);
 * }</pre>
 *
 * <p>All methods are for the thread that {@link Job#run} was called on; another one is refused with
 * an IllegalStateException where that can be told without slowing the fast path. Every method
 * throws {@link TaskStoppedError} once the task must end.
 */
public interface Task {
  /** The job's parameters. */
  Parameters parameters();

  /** The index of the partition, from 0. */
  int partition();

  /** The fencing token, for sinks outside Belay. */
  TaskEpoch epoch();

  /** This partition's share of the input, as the plan has it. */
  <T> T split(Class<T> type);

  /**
   * The lines of this partition's files, from a position that {@link Lines#position} gave, or 0:
   * for jobs whose splits are {@link FileRanges}. Close it.
   */
  default Lines lines(long position) {
    return Lines.open(split(FileRanges.class), position);
  }

  /**
   * The state of the latest checkpoint, or a fresh one. Called once, before the first safe point. A
   * state that cannot be written is refused here, not hours later.
   *
   * @param type the state's class; registered by this call, and no subclass of it is accepted
   */
  <S> S state(Class<S> type, Supplier<S> fresh);

  /**
   * A large map that belongs to the state, and of which a checkpoint writes only what has changed.
   * Called before {@link #state}, which fills it from the checkpoint; saved with every state.
   *
   * <pre>{@code
   * KeyedState<String, Long> counts = task.keyed("counts", String.class, Long.class);
   * Position position = task.state(Position.class, Position::new);
   * ...
   *   counts.merge(word, 1L, Long::sum);
   *   task.checkpoint(position);
   * }</pre>
   *
   * <p>After a split it stays with the head; the tail begins with an empty one.
   *
   * @param name among the keyed states of this job
   */
  <K, V> KeyedState<K, V> keyed(String name, Class<K> keyType, Class<V> valueType);

  /**
   * A safe point: the state is whole, and may be saved. Costs a load and a branch when nothing is
   * due. When a checkpoint is, the state is serialised on this thread before the call returns (the
   * stall); compressing and storing happen elsewhere. So the state may be changed as soon as this
   * returns.
   */
  void checkpoint(Object state);

  /** Whether {@link #checkpoint} would save now: for a state that is costly to put together. */
  boolean due();

  /**
   * Saves now and returns once the checkpoint counts: durable in the store and committed by the
   * coordinator.
   */
  void checkpointNow(Object state);

  /**
   * How far the work has come, in a unit of the job's choice; a total of 0 is unknown. Two stores:
   * call it at will.
   */
  void progress(long done, long total);

  /**
   * Begins a piece of output. Once closed it belongs to the partition's output as of the next
   * checkpoint, and with it stands or falls: a restore from an earlier checkpoint forgets it, and
   * the work that is done again writes it again.
   *
   * @param name what {@link Publication} finds it by; need not be unique
   */
  SegmentWriter segment(String name) throws IOException;

  /**
   * Sets a field of this partition's result: small (all of them under 4 KiB together); large output
   * goes in segments.
   */
  void result(String name, long value);

  /** As {@link #result(String, long)}. */
  void result(String name, double value);

  /** As {@link #result(String, long)}. */
  void result(String name, String value);
}

package dev.belay.runtime.job;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job whose partitions can be cut in two while they run. So one that turns out far larger than
 * the others need not keep the whole job waiting: when workers have nothing else to do, Belay cuts
 * what would take longest, again and again, and gives them the tails.
 *
 * <pre>{@code
 * public Optional<Cut<Range>> split(Range range, @Nullable Sums state, double fraction) {
 *   long next = state == null ? range.from() : state.next;
 *   long middle = next + (long) (fraction * (range.to() - next));
 *   return middle <= next || middle >= range.to()
 *       ? Optional.empty()
 *       : Optional.of(
 *           new Cut<>(new Range(range.from(), middle), new Range(middle, range.to())));
 * }
 * }</pre>
 *
 * <p>After a cut, {@link #run} is called anew, on the same worker if it can be: with the head as
 * its {@linkplain Task#split split} and the state of the cut, or, should that be lost, an earlier
 * one. The tail begins elsewhere with a fresh state.
 *
 * @param <P> the class of the splits that {@link #plan} adds
 * @param <S> the class of the state that {@link #run} saves
 */
public interface SplittableJob<P, S> extends Job {
  Class<P> splitType();

  Class<S> stateType();

  /**
   * Cuts what is left of a split, or says that it is not worth it. Called at a safe point on the
   * task's thread, so it should be quick; it changes neither the split nor the state.
   *
   * @param split the whole split, with what has been done of it
   * @param state how far the work has come; null: it has not begun
   * @param fraction how much of what is left the head should keep, above 0 and below 1
   * @return empty: too little is left to be cut
   */
  Optional<Cut<P>> split(P split, @Nullable S state, double fraction);
}

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
 * <p>A partition that fails whatever is tried is cut as well, in halves, until what fails is too
 * small to be cut: so the error names a few records rather than a file, and with {@code --on-poison
 * continue} only those are left out.
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
   * Cuts what is left of a split, or says that it is not worth it. Called on the task's thread, at
   * a safe point or before {@link #run} would begin, so it should be quick; it changes neither the
   * split nor the state.
   *
   * @param split the whole split, with what has been done of it
   * @param state how far the work has come; null: it has not begun
   * @param fraction how much of what is left the head should keep, above 0 and below 1
   * @return empty: too little is left to be cut
   */
  Optional<Cut<P>> split(P split, @Nullable S state, double fraction);

  /**
   * Cuts in two a split that fails, to find out what in it does. Nothing is too small here but what
   * no cut makes smaller: a single record, of which nothing is done. Where one record is left
   * behind others that are done, a cut between them saves those.
   *
   * @return empty: this is what fails; without an implementation, wherever {@link #split} would not
   *     cut in halves
   */
  default Optional<Cut<P>> bisect(P split, @Nullable S state) {
    return split(split, state, 0.5);
  }
}

package dev.belay.coordinator.core;

/**
 * How a partition that fails is narrowed down to what makes it fail, where its job can split: by
 * leases that do nothing but cut it in halves. Each half gets one try, or two where workers go away
 * under it; one that is through is done like any other, one that is not is cut again.
 *
 * <p>One bad record among n is so found after about twice the logarithm of n leases beyond those of
 * an ordinary retry. A job whose code fails everywhere would be cut to crumbs instead, and so the
 * cuts of a job are bounded, too.
 */
final class Bisection {
  /** Of one piece, counted from the plan's partition: ever more than a range of records takes. */
  static final int MOST_DEPTH = 40;

  /** Of a job: enough for some dozens of bad records. */
  static final int MOST_CUTS = 1_000;

  /** Of workers, under a half: the first may well be the machine's fault. */
  static final int MOST_LOSSES = 2;

  private Bisection() {}

  /** Whether a partition that has used up its attempts can be cut, as far as is known here. */
  static boolean possible(TaskRecord task) {
    JobRecord job = task.job;
    Narrowing narrowing = task.narrowing();
    return task.isPartition()
        && job.splittable
        && job.bisections < MOST_CUTS
        && job.partitions.length < SplitReports.MAX_PARTITIONS
        && (narrowing == null || (!narrowing.bisect() && narrowing.depth() < MOST_DEPTH));
  }

  /** Why one that is narrowed down is not cut any more, though its job can. */
  static String limit(TaskRecord task) {
    Narrowing narrowing = task.narrowing();
    if (narrowing != null && narrowing.depth() >= MOST_DEPTH) {
      return "no piece is cut more often than that";
    }
    return task.job.bisections >= MOST_CUTS
        ? "the job was cut %d times already to find what fails".formatted(MOST_CUTS)
        : "the job has as many partitions as are possible";
  }

  /**
   * What is to be said of one that was not cut.
   *
   * @param narrowing why it was to be
   * @param range what it covers, in the words of the job's code; empty: that is not known
   * @param why it was not
   */
  static String notCut(Narrowing narrowing, String range, String why) {
    int cuts = narrowing.depth();
    String covers = range.isEmpty() ? "it" : "it covers " + range + ", which";
    String left =
        cuts == 0
            ? ""
            : " is what " + cuts + (cuts == 1 ? " cut has left, and" : " cuts have left, and");
    return narrowing.error() + "; " + covers + left + " cannot be cut in two: " + why;
  }

  /** How far it is, in a few words. */
  static String text(Narrowing narrowing) {
    return "bisecting (%d of at most %d cuts)".formatted(narrowing.depth(), MOST_DEPTH);
  }
}

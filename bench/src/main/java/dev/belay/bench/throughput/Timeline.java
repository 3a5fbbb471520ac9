package dev.belay.bench.throughput;

import java.util.ArrayList;
import java.util.List;

/** When how much was done, as it was seen now and then. For one thread. */
final class Timeline {
  private record Point(long nanos, long done) {}

  private final long total;
  private final List<Point> points = new ArrayList<>();

  Timeline(long total) {
    this.total = total;
  }

  /** Only what is news is kept: the last look at the old figure, and the first at the new one. */
  void seen(long nanos, long done) {
    if (points.isEmpty() || points.get(points.size() - 1).done != done) {
      points.add(new Point(nanos, done));
    }
  }

  /** So many a second while these shares of all were done. */
  double rate(double fromShare, double toShare) {
    double seconds = (nanosAt(toShare) - nanosAt(fromShare)) / 1e9;
    return (toShare - fromShare) * total / seconds;
  }

  double seconds() {
    return (nanosAt(1) - nanosAt(0)) / 1e9;
  }

  private double nanosAt(double share) {
    double wanted = share * total;
    Point before = points.get(0);
    for (Point point : points) {
      if (point.done >= wanted) {
        long step = point.done - before.done;
        double part = step == 0 ? 0 : (wanted - before.done) / step;
        return before.nanos + part * (point.nanos - before.nanos);
      }
      before = point;
    }
    throw new IllegalStateException(before.done + " of " + total + " were seen done");
  }
}

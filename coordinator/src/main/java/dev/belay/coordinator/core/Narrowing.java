package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import java.util.List;

/**
 * Why a partition is being bisected, and how far that is: it used up its attempts, or is a half of
 * one that did.
 *
 * @param depth how often what it came of was cut for it
 * @param bisect whether its next lease, or the one that is out, is for cutting alone; else it is a
 *     half that gets a try
 * @param cause how the last attempt ended, at it or at what it came of
 * @param error the same, for people
 * @param detail where in the job's code; empty if it is not known, and of halves
 * @param log the last lines that it logged; none of halves
 */
record Narrowing(
    int depth, boolean bisect, Cause cause, String error, String detail, List<String> log) {

  /** Of either half, once it was cut. */
  Narrowing half() {
    return new Narrowing(depth + 1, false, cause, error, "", List.of());
  }

  /** Whether it may kill its workers, and is kept away from others. */
  boolean deadly() {
    return Causes.deadly(cause);
  }

  dev.belay.runtime.proto.Narrowing toProto() {
    return dev.belay.runtime.proto.Narrowing.newBuilder()
        .setDepth(depth)
        .setBisect(bisect)
        .setCause(cause)
        .setError(error)
        .setDetail(detail)
        .addAllLog(log)
        .build();
  }

  static Narrowing fromProto(dev.belay.runtime.proto.Narrowing narrowing) {
    return new Narrowing(
        narrowing.getDepth(),
        narrowing.getBisect(),
        narrowing.getCause(),
        narrowing.getError(),
        narrowing.getDetail(),
        List.copyOf(narrowing.getLogList()));
  }
}

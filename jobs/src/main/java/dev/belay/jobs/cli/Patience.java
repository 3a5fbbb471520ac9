package dev.belay.jobs.cli;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks again while the coordinator is out of reach: it may be starting again. Only for what may be
 * asked twice.
 *
 * @param limit how long, from the first failure on
 * @param tell where to say so
 * @param stop ends it early
 */
record Patience(Duration limit, Consumer<String> tell, Stop stop) {
  private static final long PAUSE_MILLIS = 300;

  /**
   * @throws CliException what the question threw, once there is no more patience; why it was
   *     stopped, if it was
   */
  <T> T ask(Supplier<T> question) {
    boolean waiting = false;
    long firstFailure = 0;
    while (true) {
      try {
        T answer = question.get();
        if (waiting) {
          tell.accept("the coordinator answers again");
        }
        return answer;
      } catch (CliException e) {
        long now = System.nanoTime();
        if (e.exitCode() != ExitCode.UNREACHABLE
            || (waiting && now - firstFailure > limit.toNanos())) {
          throw e;
        }
        if (!waiting) {
          waiting = true;
          firstFailure = now;
          tell.accept(
              "the coordinator does not answer; trying again for " + limit.toSeconds() + " s");
        }
        if (stop.await(PAUSE_MILLIS)) {
          CliException reason = stop.reason();
          throw reason != null ? reason : e;
        }
      }
    }
  }
}

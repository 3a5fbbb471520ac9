package dev.belay.worker.task;

import java.util.List;

/**
 * What tasks log, as far as the program that a worker is embedded in keeps it: the worker itself
 * knows no logging backend. With it a failure is reported together with the last lines before it.
 * Safe for use by many threads; no call blocks.
 */
public interface TaskLog {
  /** Keeps nothing. */
  TaskLog NONE =
      new TaskLog() {
        @Override
        public List<String> lastLines(String thread) {
          return List.of();
        }

        @Override
        public void forget(String thread) {}
      };

  /** The last lines, oldest first, that a thread of this name logged; a few dozen at most. */
  List<String> lastLines(String thread);

  /** The thread has ended. */
  void forget(String thread);
}

package dev.belay.worker.task;

/** Where a thread is, for the log. */
final class StackTraces {
  private static final int FRAMES = 40;

  private StackTraces() {}

  /** A line a frame, each after a line break. */
  static String of(Thread thread) {
    StringBuilder text = new StringBuilder();
    StackTraceElement[] frames = thread.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
      text.append("\n    at ").append(frames[i]);
    }
    return text.toString();
  }
}

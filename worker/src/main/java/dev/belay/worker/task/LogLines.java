package dev.belay.worker.task;

import java.util.List;

/** The last lines of a task's log as a report carries them: few, and none of them long. */
final class LogLines {
  static final int MOST = 20;
  static final int LONGEST = 500;

  private LogLines() {}

  static List<String> of(TaskLog log, String thread) {
    List<String> lines = log.lastLines(thread);
    return lines.stream().skip(Math.max(0, lines.size() - MOST)).map(LogLines::cut).toList();
  }

  private static String cut(String line) {
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...";
  }
}

package dev.belay.jobs.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.belay.worker.task.TaskLog;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The last lines that each task's thread logged, kept for the case that it fails: a ring of a few
 * lines a thread. A job's own lines are kept from INFO on, although standard error shows warnings
 * alone of what is not Belay's.
 */
final class LastLines extends AppenderBase<ILoggingEvent> implements TaskLog {
  private static final int LINES = 20;
  private static final int THREADS = 1_024;
  private static final int LONGEST = 500;
  private static final String TASK_THREAD = "belay-";
  private static final String OWN_LOGGERS = "dev.belay";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  private final Map<String, Deque<String>> byThread =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<String>> eldest) {
          return size() > THREADS;
        }
      };

  /** Begins to keep what this process's threads log. */
  static LastLines install() {
    LastLines lines = new LastLines();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
        all.next().addFilter(new AsBefore(root.getLevel()));
      }
      lines.setContext(context);
      lines.start();
      root.addAppender(lines);
      root.setLevel(lower(root.getLevel()));
    }
    return lines;
  }

  private static Level lower(Level level) {
    return level.isGreaterOrEqual(Level.INFO) ? Level.INFO : level;
  }

  /** Where there was an appender already: it shows what it showed. */
  private static final class AsBefore extends Filter<ILoggingEvent> {
    private final Level level;

    AsBefore(Level level) {
      this.level = level;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
      boolean shown =
          event.getLevel().isGreaterOrEqual(level) || event.getLoggerName().startsWith(OWN_LOGGERS);
      return shown ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    String thread = event.getThreadName();
    if (thread.startsWith(TASK_THREAD)) {
      add(thread, line(event));
    }
  }

  private static String line(ILoggingEvent event) {
    String logger = event.getLoggerName();
    String thrown =
        event.getThrowableProxy() == null
            ? ""
            : ": "
                + event.getThrowableProxy().getClassName()
                + ": "
                + event.getThrowableProxy().getMessage();
    String line =
        "%s %-5s %s: %s%s"
            .formatted(
                TIME.format(Instant.ofEpochMilli(event.getTimeStamp())),
                event.getLevel(),
                logger.substring(logger.lastIndexOf('.') + 1),
                event.getFormattedMessage(),
                thrown)
            .replaceAll("[\\r\\n]+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...";
  }

  private void add(String thread, String line) {
    synchronized (byThread) {
      Deque<String> lines = byThread.computeIfAbsent(thread, name -> new ArrayDeque<>());
      lines.addLast(line);
      if (lines.size() > LINES) {
        lines.removeFirst();
      }
    }
  }

  @Override
  public List<String> lastLines(String thread) {
    synchronized (byThread) {
      Deque<String> lines = byThread.get(thread);
      return lines == null ? List.of() : List.copyOf(lines);
    }
  }

  @Override
  public void forget(String thread) {
    synchronized (byThread) {
      byThread.remove(thread);
    }
  }
}

package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.text.Counted;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One line at the bottom of the terminal, drawn again and again; events scroll by above it.
 *
 * <p>Narrow terminals lose the less important parts first, so that the line never wraps: a wrapped
 * line cannot be drawn over.
 */
public final class TerminalProgress implements ProgressView {
  private static final long WIDTH_MILLIS = 1000;
  private static final long RATE_WINDOW_MILLIS = 5000;
  private static final int LEAST_BAR = 8;
  private static final int MOST_BAR = 40;
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier millis;
  private final Rate rate = new Rate(RATE_WINDOW_MILLIS);
  private final long startMillis;
  private String line = "";
  private int columns;
  private long columnsMillis = Long.MIN_VALUE;

  /**
   * @param millis a clock that never goes back
   */
  public TerminalProgress(PrintStream out, Terminal terminal, LongSupplier millis) {
    this.out = out;
    this.terminal = terminal;
    this.millis = millis;
    this.startMillis = millis.getAsLong();
  }

  @Override
  public synchronized void show(JobSummary job) {
    long now = millis.getAsLong();
    if (columnsMillis == Long.MIN_VALUE || now - columnsMillis > WIDTH_MILLIS) {
      columns = terminal.columns();
      columnsMillis = now;
    }
    rate.add(now, Human.unsigned(job.getProgress().getDone()));
    // The last column stays empty: some terminals wrap when it is written.
    line = line(job, columns - 1, now - startMillis);
    out.print(ERASE + (terminal.colours() ? coloured(line) : line));
    out.flush();
  }

  @Override
  public synchronized void event(String event) {
    out.println(ERASE + event);
    out.print(line);
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (!line.isEmpty()) {
      line = "";
      out.print(ERASE);
      out.flush();
    }
  }

  String line(JobSummary job, int width, long elapsedMillis) {
    String head = job.getName() + " " + Names.of(job.getState()).toLowerCase(java.util.Locale.ROOT);
    List<String> details = details(job, elapsedMillis);
    while (true) {
      String tail = String.join("  ", details);
      int room = width - head.length() - tail.length() - 4;
      if (room >= LEAST_BAR || details.isEmpty()) {
        String bar = room >= LEAST_BAR ? bar(job, Math.min(room, MOST_BAR)) + " " : "";
        return Table.cut(Human.line(head + " " + bar + tail), width);
      }
      details.remove(details.size() - 1);
    }
  }

  /** The most important first. */
  private List<String> details(JobSummary job, long elapsedMillis) {
    List<String> details = new ArrayList<>();
    long done = job.getProgress().getDone();
    long total = job.getProgress().getTotal();
    if (total != 0) {
      details.add(Human.share(done, total));
    }
    details.add(Human.duration(elapsedMillis / 1000 * 1000));
    double perSecond = rate.perSecond();
    double left = Human.unsigned(total) - Human.unsigned(done);
    if (total != 0 && perSecond > 0 && left > 0) {
      double seconds = left / perSecond;
      if (seconds < 1e9) {
        details.add(Human.duration((long) Math.max(1, seconds) * 1000) + " left");
      }
    }
    if (job.getPartitions() > 0) {
      details.add(job.getSucceeded() + "/" + Counted.of(job.getPartitions(), "partition"));
      details.add(job.getRunning() + " running");
    }
    return details;
  }

  private static String bar(JobSummary job, int width) {
    int inner = width - 2;
    double total = Human.unsigned(job.getProgress().getTotal());
    double share =
        total == 0 ? 0 : Math.min(1, Human.unsigned(job.getProgress().getDone()) / total);
    int filled = (int) Math.floor(inner * share);
    String tip = filled > 0 && filled < inner ? ">" : "";
    String body = "=".repeat(filled - tip.length()) + tip;
    return "[" + body + " ".repeat(inner - body.length()) + "]";
  }

  private static String coloured(String line) {
    int from = line.indexOf('[');
    int to = line.indexOf(']');
    return from < 0 || to < from
        ? line
        : line.substring(0, from)
            + "\u001b[36m"
            + line.substring(from, to + 1)
            + "\u001b[0m"
            + line.substring(to + 1);
  }
}

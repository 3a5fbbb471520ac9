package dev.belay.jobs.cli.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is at the other end of standard output and standard error. The JDK cannot tell the two
 * apart, so the launcher does (system property {@code belay.tty}: the numbers of the streams that
 * are terminals).
 *
 * @param out whether a person reads standard output
 * @param err whether a person reads standard error
 * @param colours whether to use them, where a person reads
 * @param fixedColumns the width, where it was given ({@code COLUMNS}); null: ask the terminal
 */
public record Terminal(boolean out, boolean err, boolean colours, @Nullable Integer fixedColumns) {
  private static final int FALLBACK_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 20;

  /** Neither stream is a terminal. */
  public static final Terminal NONE = new Terminal(false, false, false, null);

  public static Terminal of(String tty, Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        tty.contains("1"),
        tty.contains("2") && !dumb,
        !dumb && !noColour,
        number(environment.get("COLUMNS")));
  }

  /** The width in characters, as it is now; asks the terminal, which takes some milliseconds. */
  public int columns() {
    Integer columns = fixedColumns != null ? fixedColumns : asked();
    return columns == null || columns == 0 ? FALLBACK_COLUMNS : Math.max(columns, LEAST_COLUMNS);
  }

  private static @Nullable Integer asked() {
    try {
      Process stty =
          new ProcessBuilder("sh", "-c", "stty size </dev/tty 2>/dev/null")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return null;
      }
      return number(answer.substring(answer.indexOf(' ') + 1));
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable Integer number(@Nullable String text) {
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

package dev.belay.jobs.cli.local;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command that ends with this process, however that ends: a shell beside it, its guard,
 * holds the other end of a pipe, and when that closes, sends it SIGTERM and, {@link #TERM_SECONDS}
 * later, SIGKILL.
 *
 * <p>Guard and command are in a session of their own, made by {@code setsid} or, where there is
 * none (macOS), by Perl. So no signal to the terminal or to the caller's process group reaches
 * them, and only the end of the pipe ends them; should the guard alone be killed, its other half
 * still watches the pipe. On a system with neither they are in the caller's group: the guard
 * ignores the signals that can be ignored, the command ends by them, before the caller may want it
 * to, and a SIGKILL to the group ends all. Nothing is left behind either way.
 */
final class MinioGuard {
  private static final int TERM_SECONDS = 10;
  private static final long STOP_SECONDS = TERM_SECONDS + 3;

  private static final String OWN_SESSION =
      "command -v setsid >/dev/null 2>&1 && exec setsid \"$@\";"
          + " perl -e 1 >/dev/null 2>&1"
          + " && exec perl -e 'use POSIX; POSIX::setsid(); exec @ARGV' \"$@\";"
          + " exec \"$@\"";

  /** The watcher is gone before the server's process id may be used again. */
  private static final String GUARD =
      "trap '' INT HUP TERM; exec 3<&0;"
          + " (trap - TERM; exec \"$@\" 3<&- </dev/null) & server=$!;"
          + " { cat <&3 >/dev/null; kill $server; left="
          + TERM_SECONDS
          + "; while [ $left -gt 0 ] && kill -0 $server; do sleep 1; left=$((left - 1)); done;"
          + " kill -9 $server; } 2>/dev/null & watcher=$!;"
          + " exec 3<&-; wait $server; code=$?; kill -9 $watcher 2>/dev/null; exit $code";

  private final Process shell;

  private MinioGuard(Process shell) {
    this.shell = shell;
  }

  /**
   * @param environment added to that of this process
   * @param log what the command says is added to this file
   */
  static MinioGuard start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", OWN_SESSION, "session"));
    words.addAll(List.of("sh", "-c", GUARD, "guard"));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(Redirect.PIPE)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new MinioGuard(builder.start());
  }

  boolean alive() {
    return shell.isAlive();
  }

  void awaitEnd() throws InterruptedException {
    shell.waitFor();
  }

  /** SIGKILL to the command, and to what watches it. */
  void kill() {
    List<ProcessHandle> below = shell.descendants().toList();
    below.forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }

  /** Ends the command, and waits for that. */
  void end() {
    List<ProcessHandle> below = shell.descendants().toList();
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!shell.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        below.forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      below.forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}

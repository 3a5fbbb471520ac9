package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.WorkerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The line to the process that started this one, as {@link WorkerProcess} has it. */
final class ParentLine {
  private ParentLine() {}

  /**
   * From now on does what the parent says.
   *
   * @param drain begins an orderly end
   */
  static void obey(Runnable drain) {
    // Ctrl-C reaches every process of the terminal; what it means here is for the parent to say.
    Signals.ignore("INT", "HUP");
    Thread line = new Thread(() -> listen(drain), "parent");
    line.setDaemon(true);
    line.start();
  }

  private static void listen(Runnable drain) {
    try (BufferedReader line =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String word = line.readLine(); word != null; word = line.readLine()) {
        if (word.equals(WorkerProcess.DRAIN)) {
          drain.run();
        }
      }
    } catch (IOException e) {
      // As good as its end.
    }
    // The parent is gone, and with it the rest of its cluster: nobody would want what we do.
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }
}

package dev.belay.bench.recovery;

import dev.belay.jobs.cli.Main;
import java.io.IOException;

/**
 * The command line, for a process that must not outlive the one that started it: when standard
 * input ends, because nobody is left at its other end, so does the process.
 */
public final class SupervisedCoordinator {
  private SupervisedCoordinator() {}

  public static void main(String[] arguments) {
    Thread line = new Thread(SupervisedCoordinator::awaitEndOfParent, "parent");
    line.setDaemon(true);
    line.start();
    Main.main(arguments);
  }

  private static void awaitEndOfParent() {
    try {
      int word = System.in.read();
      while (word >= 0) {
        word = System.in.read();
      }
    } catch (IOException e) {
      // As good as its end.
    }
    Runtime.getRuntime().halt(1);
  }
}

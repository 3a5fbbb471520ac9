package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** Where the JVM begins. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Logs.configure(args);
    Terminal terminal = Terminal.of(System.getProperty("belay.tty", ""), System.getenv());
    // Not System.out, which swallows its errors.
    int exitCode =
        new CommandLineInterface(new FileOutputStream(FileDescriptor.out), System.err, terminal)
            .run(args);
    System.exit(exitCode);
  }
}

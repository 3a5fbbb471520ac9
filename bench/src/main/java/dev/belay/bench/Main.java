package dev.belay.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where the JVM begins. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Chronicle reports usage to a remote server, and greets.
    System.setProperty("chronicle.analytics.disable", "true");
    System.setProperty("chronicle.announcer.disable", "true");
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    // Whatever else has something to say must not get between the tables, or into the document.
    System.setOut(err);
    System.exit(new BenchCommand(Catalogue.standard(), out, err).run(arguments));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}

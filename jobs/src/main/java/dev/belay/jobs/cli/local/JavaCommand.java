package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How another process of this same program is started: the same JDK, the same class path. */
final class JavaCommand {
  private static final List<String> OPENED =
      List.of(
          "sun.nio.ch",
          "java.lang.reflect",
          "java.nio.channels.spi",
          "java.lang",
          "java.util",
          "java.io",
          "java.nio");
  private static final int WARNS_OF_UNSAFE = 23;

  private JavaCommand() {}

  /**
   * The words of the command.
   *
   * @param memoryPercent how much of the machine's memory its heap may take
   */
  static List<String> of(Map<String, String> environment, int memoryPercent, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:MaxRAMPercentage=" + memoryPercent);
    // The manifest's permissions count with -jar alone, which would hide the user's own jars.
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.add("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
    command.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
    command.add("--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    Arrays.stream(environment.getOrDefault("BELAY_JAVA_OPTS", "").split("\\s+"))
        .filter(word -> !word.isEmpty())
        .forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(args);
    return command;
  }
}

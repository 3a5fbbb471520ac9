package dev.belay.bench;

import java.util.ArrayList;
import java.util.List;

/** What a JVM of ours has to be told. */
public final class JvmOptions {
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

  private JvmOptions() {}

  /**
   * The manifest's permissions, which count with -jar alone: for a JVM that is given a main class.
   */
  public static List<String> permissions() {
    List<String> options = new ArrayList<>();
    OPENED.forEach(name -> options.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    options.add("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
    options.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
    options.add("--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED");
    options.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options;
  }
}

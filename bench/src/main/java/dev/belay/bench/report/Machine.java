package dev.belay.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What was measured on.
 *
 * @param load runnable threads on average over the last minute, before the first benchmark;
 *     negative where the system does not tell
 * @param fileSystem of the directory that benchmarks write to
 */
public record Machine(
    int cores, long memoryBytes, String os, String jdk, double load, String fileSystem) {
  private static final double BUSY = 0.25;

  /** This one, now. */
  public static Machine here(Path directory) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long memory =
        system instanceof com.sun.management.OperatingSystemMXBean known
            ? known.getTotalMemorySize()
            : 0;
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        memory,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        system.getSystemLoadAverage(),
        fileSystem(directory));
  }

  private static String fileSystem(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return store.type();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Whether somebody else was at work already, so that figures come out worse than they are. */
  public boolean busy() {
    return load > BUSY * cores;
  }

  /** One line for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d cores, %.0f GB, %s, %s, %s, load %.1f%s",
        cores,
        memoryBytes / 1e9,
        os,
        jdk,
        fileSystem,
        load,
        busy() ? " (busy: the figures suffer)" : "");
  }
}

package dev.belay.bench.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM's own log of its collections says of its heap, in MB.
 *
 * @param before the most that was taken before a collection
 * @param after the most that was left after one
 * @param millis all pauses together
 */
record HeapLog(int before, int after, double millis) {
  private static final Pattern COLLECTION =
      Pattern.compile("Pause.* (\\d+)M->(\\d+)M\\((\\d+)M\\) ([0-9.]+)ms");

  /** The option that makes a JVM write one. */
  static String option(Path file) {
    return "-Xlog:gc:file=" + file;
  }

  static HeapLog read(Path file) throws IOException {
    int before = 0;
    int after = 0;
    double millis = 0;
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        Matcher collection = COLLECTION.matcher(line);
        if (collection.find()) {
          before = Math.max(before, Integer.parseInt(collection.group(1)));
          after = Math.max(after, Integer.parseInt(collection.group(2)));
          millis += Double.parseDouble(collection.group(4));
        }
      }
    }
    return new HeapLog(before, after, millis);
  }
}

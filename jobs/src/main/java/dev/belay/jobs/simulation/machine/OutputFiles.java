package dev.belay.jobs.simulation.machine;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The file system that output is published to, shared by all. Each step is atomic and durable. */
public final class OutputFiles {
  private final Map<String, String> files = new TreeMap<>();

  public void write(String path, String content) {
    files.put(path, content);
  }

  public @Nullable String read(String path) {
    return files.get(path);
  }

  /** Whether there was something to rename; what is at the target is replaced. */
  public boolean rename(String from, String to) {
    String content = files.remove(from);
    if (content != null) {
      files.put(to, content);
    }
    return content != null;
  }

  public void removeDirectory(String directory) {
    files.keySet().removeIf(path -> path.startsWith(directory + "/"));
  }
}

package dev.belay.bench.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processor's time of the threads that JVMs have for themselves, as Linux tells it; nothing
 * where the system does not. A thread may end, and its time with it: so each look remembers what it
 * has seen. For one thread.
 */
final class JvmThreads {
  /** What such a thread is for. */
  enum Kind {
    COMPILER("C1 Compiler", "C2 Compiler"),
    COLLECTOR("GC Thread", "G1 ");

    private final List<String> names;

    Kind(String... names) {
      this.names = List.of(names);
    }

    private static @Nullable Kind of(String thread) {
      return Stream.of(values())
          .filter(kind -> kind.names.stream().anyMatch(thread::startsWith))
          .findFirst()
          .orElse(null);
    }
  }

  private record Thread(String process, Kind kind, Path directory) {}

  private final Map<Thread, Long> nanos = new HashMap<>();

  /** Looks at all processes, by their names. */
  void look(Map<String, Long> pids) {
    pids.forEach(this::look);
  }

  private void look(String process, long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      threads.forEach(thread -> look(process, thread));
    } catch (IOException e) {
      // Another system, or it has ended.
    }
  }

  private void look(String process, Path thread) {
    try {
      Kind kind = Kind.of(Files.readString(thread.resolve("comm")));
      if (kind != null) {
        String[] spent = Files.readString(thread.resolve("schedstat")).split(" ", 2);
        nanos.put(new Thread(process, kind, thread), Long.parseLong(spent[0]));
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** All that was seen so far of a process. */
  long nanos(String process, Kind kind) {
    return nanos.entrySet().stream()
        .filter(one -> one.getKey().process.equals(process) && one.getKey().kind == kind)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}

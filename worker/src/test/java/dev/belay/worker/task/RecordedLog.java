package dev.belay.worker.task;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The same lines for every thread, and which of them have ended. */
final class RecordedLog implements TaskLog {
  final List<String> lines = new CopyOnWriteArrayList<>();
  final Set<String> forgotten = ConcurrentHashMap.newKeySet();

  @Override
  public List<String> lastLines(String thread) {
    return List.copyOf(lines);
  }

  @Override
  public void forget(String thread) {
    forgotten.add(thread);
  }
}

package dev.belay.worker.task;

import dev.belay.runtime.text.Counted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tasks of a worker are troubled by: a store that is out of reach troubles all of them,
 * and is logged once, when it begins and when the last of them is rid of it. Thread-safe.
 */
final class TroubleLog {
  private static final Logger log = LoggerFactory.getLogger(TroubleLog.class);

  /** By trouble, the tasks that have it, and all that have had it since it began. */
  private final Map<String, Troubled> troubled = new HashMap<>();

  private static final class Troubled {
    final Set<String> now = new HashSet<>();
    final Set<String> ever = new HashSet<>();
  }

  /** A task has it from now on. */
  synchronized void begins(String task, String trouble) {
    Troubled those = troubled.computeIfAbsent(trouble, one -> new Troubled());
    boolean first = those.ever.isEmpty();
    those.now.add(task);
    those.ever.add(task);
    if (first) {
      log.warn("{}: {}", task, trouble);
    } else {
      log.debug("{}: {}", task, trouble);
    }
  }

  /** A task is rid of it. */
  synchronized void ends(String task, String trouble) {
    Troubled those = troubled.get(trouble);
    if (those != null && those.now.remove(task) && those.now.isEmpty()) {
      troubled.remove(trouble);
      log.info("over for {}: {}", Counted.of(those.ever.size(), "task"), trouble);
    }
  }

  /** A task has ended, which says nothing of its trouble. */
  synchronized void leaves(String task, String trouble) {
    Troubled those = troubled.get(trouble);
    if (those != null && those.now.remove(task) && those.now.isEmpty()) {
      troubled.remove(trouble);
    }
  }
}

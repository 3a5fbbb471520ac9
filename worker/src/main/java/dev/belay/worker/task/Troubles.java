package dev.belay.worker.task;

import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps a task from going on, for the heartbeat: at most one line of each kind. An outage is
 * logged when it begins and when it is over, however often the try in between fails. Thread-safe.
 */
final class Troubles {
  private static final Logger log = LoggerFactory.getLogger(Troubles.class);

  enum Kind {
    RESTORE,
    CHECKPOINT,
    SEGMENT,
    PLAN,
    PUBLISH,
    SAFE_POINT
  }

  private final String task;
  private final Map<Kind, String> now = new EnumMap<>(Kind.class);
  private volatile String text = "";

  Troubles(String task) {
    this.task = task;
  }

  void set(Kind kind, String trouble) {
    if (put(kind, trouble)) {
      log.warn("{}: {}", task, trouble);
    }
  }

  /** As {@link #set}, where the caller logs more than a line. */
  void setLogged(Kind kind, String trouble) {
    put(kind, trouble);
  }

  /** Whether it is new. */
  private synchronized boolean put(Kind kind, String trouble) {
    boolean first = now.put(kind, Failures.line(trouble)) == null;
    text = String.join("; ", now.values());
    return first;
  }

  synchronized void clear(Kind kind) {
    String before = now.remove(kind);
    if (before != null) {
      log.info("{}: over: {}", task, before);
      text = String.join("; ", now.values());
    }
  }

  /** Empty if there is none. */
  String text() {
    return text;
  }
}

package dev.belay.worker.task;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What keeps a task from going on, for the heartbeat: at most one line of each kind. An outage is
 * logged when it begins and when it is over, however often the try in between fails, and however
 * many tasks of the worker it befalls. Thread-safe.
 */
final class Troubles {
  /** What is the task's own in the name of an object, so that the same trouble reads the same. */
  private static final Pattern OWN = Pattern.compile("/(?:p\\d+|plan)/[A-Za-z0-9._-]+");

  enum Kind {
    RESTORE,
    CHECKPOINT,
    SEGMENT,
    PLAN,
    PUBLISH,
    SAFE_POINT,
    SLOW
  }

  private final String task;
  private final TroubleLog log;
  private final Map<Kind, String> now = new EnumMap<>(Kind.class);

  /** By kind, what was logged: as it was at first. */
  private final Map<Kind, String> logged = new EnumMap<>(Kind.class);

  private volatile String text = "";
  private volatile boolean awaitsStore;

  Troubles(String task, TroubleLog log) {
    this.task = task;
    this.log = log;
  }

  synchronized void set(Kind kind, String trouble) {
    String line = put(kind, trouble);
    if (logged.putIfAbsent(kind, line) == null) {
      log.begins(task, line);
    }
  }

  /** As {@link #set}, where the caller logs more than a line. */
  synchronized void setLogged(Kind kind, String trouble) {
    put(kind, trouble);
  }

  private String put(Kind kind, String trouble) {
    String line = OWN.matcher(Failures.line(trouble)).replaceAll("/...");
    now.put(kind, line);
    text = String.join("; ", now.values());
    return line;
  }

  synchronized void clear(Kind kind) {
    if (now.remove(kind) == null) {
      return;
    }
    text = String.join("; ", now.values());
    String first = logged.remove(kind);
    if (first != null) {
      log.ends(task, first);
    }
  }

  /** The task is over; what troubled it need not be. */
  synchronized void leave() {
    logged.values().forEach(line -> log.leaves(task, line));
    logged.clear();
  }

  /** The task does nothing but wait for the store; or, with false, no longer. */
  void awaitStore(boolean awaits) {
    awaitsStore = awaits;
  }

  boolean awaitsStore() {
    return awaitsStore;
  }

  /** Empty if there is none. */
  String text() {
    return text;
  }
}

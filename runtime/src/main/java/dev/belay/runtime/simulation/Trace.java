package dev.belay.runtime.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happened, line by line: a running hash of all of it, by which two runs are compared, and the
 * last lines, by which a failure is understood. The hash is FNV-1a, 64 bits, over the times and the
 * characters.
 */
public final class Trace {
  private static final int KEPT = 200;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final int NAME_COLUMNS = 12;

  private final VirtualTime time;
  private final Consumer<String> listener;
  private final Deque<String> last = new ArrayDeque<>();
  private long hash = FNV_OFFSET;

  /**
   * @param listener is given each line
   */
  public Trace(VirtualTime time, Consumer<String> listener) {
    this.time = time;
    this.listener = listener;
  }

  /** Something that a reader wants to see. */
  public void line(String who, String what) {
    mix(time.nanos());
    mix(who);
    mix(what);
    String line = stamp() + " " + who + " ".repeat(Math.max(1, NAME_COLUMNS - who.length())) + what;
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(line);
    listener.accept(line);
  }

  /** Something that happens all the time and says nothing: counts for the hash alone. */
  public void quiet(int kind) {
    mix(time.nanos());
    mix(kind);
  }

  public long hash() {
    return hash;
  }

  /** The last lines, oldest first. */
  public List<String> last() {
    return new ArrayList<>(last);
  }

  /** Virtual milliseconds, to the microsecond. */
  private String stamp() {
    long micros = time.nanos() / 1_000;
    String fraction = String.valueOf(1_000 + micros % 1_000).substring(1);
    String whole = String.valueOf(micros / 1_000);
    return " ".repeat(Math.max(0, 7 - whole.length())) + whole + "." + fraction;
  }

  private void mix(String text) {
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ 0xffff) * FNV_PRIME;
  }

  private void mix(long number) {
    for (int shift = 0; shift < Long.SIZE; shift += Short.SIZE) {
      hash = (hash ^ ((number >>> shift) & 0xffff)) * FNV_PRIME;
    }
  }
}

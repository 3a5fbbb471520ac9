package dev.belay.worker.task;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do with a partition whose code hangs: the attempt has failed, with the place where its
 * thread is; the thread is interrupted, and whether it ever leaves is its own affair.
 */
final class Hang implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Hang.class);

  private final String name;
  private final Thread thread;
  private final Duration allowed;
  private final Control control;
  private final TaskLog taskLog;

  Hang(String name, Thread thread, JobSpec spec, Control control, TaskLog taskLog) {
    this.name = name;
    this.thread = thread;
    this.allowed = Duration.ofMillis(spec.getStuckAfterMillis());
    this.control = control;
    this.taskLog = taskLog;
  }

  @Override
  public void run() {
    String stack = StackTraces.of(thread);
    String message =
        "stuck: no safe point for %s ms, in %s; call task.checkpoint(state) more often, or allow more with --stuck-after"
            .formatted(allowed.toMillis(), place(thread.getStackTrace()));
    log.warn("{}: {}; it hangs here:{}", name, message, stack);
    Failed failed = Failures.stuck(message, stack.strip());
    control.giveUp(failed.toBuilder().addAllLog(LogLines.of(taskLog, thread.getName())).build());
  }

  /** The innermost frame that is not the JDK's own, as in "Miner.dig(Miner.java:42)". */
  private static String place(StackTraceElement[] frames) {
    for (StackTraceElement frame : frames) {
      if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")) {
        String type = frame.getClassName();
        return "%s.%s(%s:%d)"
            .formatted(
                type.substring(type.lastIndexOf('.') + 1),
                frame.getMethodName(),
                frame.getFileName(),
                frame.getLineNumber());
      }
    }
    return "an unknown place";
  }
}

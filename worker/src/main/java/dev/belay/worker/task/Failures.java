package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Failed;
import dev.belay.storage.StoreException;
import dev.belay.storage.state.UnwritableStateException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a throwable that came out of a job's code means: whether trying again can help, in a line.
 */
final class Failures {
  static final int DETAIL_LIMIT = 8 * 1024;
  private static final int MESSAGE_LIMIT = 500;

  private Failures() {}

  static Failed of(Throwable thrown) {
    try {
      return describe(thrown);
    } catch (VirtualMachineError e) {
      // Out of memory or stack while telling of it.
      return failed(
          e instanceof OutOfMemoryError ? Failed.Kind.OUT_OF_MEMORY : Failed.Kind.APPLICATION,
          thrown.getClass().getSimpleName(),
          null);
    }
  }

  static Failed permanent(String message, @Nullable Throwable cause) {
    return failed(Failed.Kind.PERMANENT, message, cause);
  }

  static Failed application(String message, @Nullable Throwable cause) {
    return failed(Failed.Kind.APPLICATION, message, cause);
  }

  /** A thread that hangs, in these places. */
  static Failed stuck(String message, String stack) {
    return Failed.newBuilder()
        .setKind(Failed.Kind.STUCK)
        .setMessage(line(message))
        .setDetail(cut(stack))
        .build();
  }

  private static Failed describe(Throwable thrown) {
    if (thrown instanceof BadInputException || thrown instanceof UnwritableStateException) {
      return permanent(String.valueOf(thrown.getMessage()), thrown);
    }
    OutOfMemoryError memory = cause(thrown, OutOfMemoryError.class);
    if (memory != null) {
      return outOfMemory(memory, thrown);
    }
    StoreException store = cause(thrown, StoreException.class);
    if (store != null && !store.isOutage()) {
      return permanent(String.valueOf(store.getMessage()), thrown);
    }
    String name = thrown.getClass().getSimpleName();
    String kind = name.isEmpty() ? thrown.getClass().getName() : name;
    String message = thrown.getMessage();
    return application(message == null || message.isBlank() ? kind : kind + ": " + message, thrown);
  }

  private static Failed outOfMemory(OutOfMemoryError memory, Throwable thrown) {
    return failed(
        Failed.Kind.OUT_OF_MEMORY,
        "out of memory (%s), with a heap of %d MiB for all slots of this worker: give workers more heap (-Xmx) or fewer --slots, or cut the input into more partitions"
            .formatted(memory.getMessage(), Runtime.getRuntime().maxMemory() >> 20),
        thrown);
  }

  /** What was behind it, however the job's code wrapped it. */
  private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static Failed failed(Failed.Kind kind, String message, @Nullable Throwable cause) {
    Failed.Builder failed = Failed.newBuilder().setKind(kind).setMessage(line(message));
    if (cause != null) {
      failed.setDetail(stackTrace(cause));
    }
    return failed.build();
  }

  /** One line, not too long. */
  static String line(String text) {
    String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
    return line.length() <= MESSAGE_LIMIT ? line : line.substring(0, MESSAGE_LIMIT - 3) + "...";
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return cut(text.toString());
  }

  private static String cut(String text) {
    return text.length() <= DETAIL_LIMIT ? text : text.substring(0, DETAIL_LIMIT - 4) + "...\n";
  }
}

package dev.belay.worker.link;

import dev.belay.worker.core.LinkEnd;
import io.grpc.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** gRPC's statuses, for people. */
final class Statuses {
  private Statuses() {}

  static LinkEnd end(Status status) {
    return switch (status.getCode()) {
      // What a coordinator says to those it will never serve, and what a stranger says to
      // everybody.
      case FAILED_PRECONDITION, INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED ->
          LinkEnd.refused(text(status));
      case UNIMPLEMENTED -> LinkEnd.refused("it is no Belay coordinator");
      default -> LinkEnd.lost(text(status));
    };
  }

  /** One line: the innermost cause says most ("connection refused"), the description is next. */
  static String text(Status status) {
    String cause = innermost(status.getCause());
    if (cause.toLowerCase(Locale.ROOT).contains("connection refused")) {
      return "connection refused";
    }
    String text = status.getDescription();
    if (text == null || text.isEmpty() || text.equals("io exception")) {
      text = cause;
    }
    if (text.isEmpty()) {
      text = status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return text.lines().findFirst().orElse(text).strip();
  }

  private static String innermost(@Nullable Throwable cause) {
    String message = "";
    Throwable current = cause;
    for (int depth = 0; current != null && depth < 16; depth++) {
      if (current.getMessage() != null) {
        message = current.getMessage();
      }
      current = current.getCause();
    }
    return message;
  }
}

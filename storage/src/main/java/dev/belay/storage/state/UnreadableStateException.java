package dev.belay.storage.state;

import dev.belay.storage.StoreException;
import org.jspecify.annotations.Nullable;

/** Carries a {@link StoreException} out through Kryo, which knows unchecked exceptions only. */
final class UnreadableStateException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final StoreException.Kind kind;

  private UnreadableStateException(
      StoreException.Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static UnreadableStateException corrupt(String message) {
    return new UnreadableStateException(StoreException.Kind.CORRUPT, message, null);
  }

  static UnreadableStateException incompatible(String message) {
    return incompatible(message, null);
  }

  static UnreadableStateException incompatible(String message, @Nullable Throwable cause) {
    return new UnreadableStateException(StoreException.Kind.INCOMPATIBLE, message, cause);
  }

  StoreException asStoreException() {
    return new StoreException(kind, String.valueOf(getMessage()), this);
  }
}

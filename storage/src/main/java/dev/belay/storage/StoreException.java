package dev.belay.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A failure of the store or of what was read from it, named by what the caller should do. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  /** What to do about it. */
  public enum Kind {
    /** Out of reach, full or read-only for now: wait and try again; nothing is known to be lost. */
    UNAVAILABLE,
    /** Confirmed not to be there: use another object. */
    MISSING,
    /** Not what was written: use another object. */
    CORRUPT,
    /**
     * Whole, but this program cannot read it (a class changed, a newer format): a person must mend
     * it.
     */
    INCOMPATIBLE,
    /** Already there: the key was used before. */
    EXISTS,
    /** The store's address, settings or credentials are wrong: a person must mend it. */
    CONFIGURATION
  }

  private final Kind kind;
  private final boolean givenUp;

  public StoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  public StoreException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, cause, cause instanceof StoreException before && before.givenUp);
  }

  private StoreException(Kind kind, String message, @Nullable Throwable cause, boolean givenUp) {
    super(message, cause);
    this.kind = kind;
    this.givenUp = givenUp;
  }

  /** Of what this program itself did not want to be stored any more. */
  public static StoreException givenUp(String message) {
    return new StoreException(Kind.UNAVAILABLE, message, null, true);
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Whether the store cannot be used just now, which says nothing about what is in it: it is out of
   * reach, or somebody changed its settings or this process's credentials. What has begun waits
   * until it is mended; what is about to begin refuses to where it is {@link Kind#CONFIGURATION}.
   */
  public boolean isOutage() {
    return kind == Kind.UNAVAILABLE || kind == Kind.CONFIGURATION;
  }

  /** Whether this program gave it up by itself, which says nothing of the store. */
  public boolean isGivenUp() {
    return givenUp;
  }
}

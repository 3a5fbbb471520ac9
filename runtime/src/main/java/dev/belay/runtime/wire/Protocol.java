package dev.belay.runtime.wire;

/**
 * The version of what the parties say to each other. Raised when an older party would misunderstand
 * a newer one.
 */
public final class Protocol {
  public static final int VERSION = 1;

  /**
   * The metadata key under which every call carries its version as a decimal number. A server
   * refuses a call of another version with FAILED_PRECONDITION and one line for people.
   */
  public static final String HEADER = "belay-protocol";

  private Protocol() {}
}

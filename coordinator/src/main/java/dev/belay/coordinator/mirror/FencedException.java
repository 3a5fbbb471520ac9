package dev.belay.coordinator.mirror;

/**
 * Nothing may be added to the mirror any more, for the reason that the message says in one line.
 */
final class FencedException extends Exception {
  private static final long serialVersionUID = 1;

  FencedException(String message) {
    super(message);
  }
}

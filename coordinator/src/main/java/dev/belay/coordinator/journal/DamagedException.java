package dev.belay.coordinator.journal;

/** A file does not hold what was written to it. */
final class DamagedException extends JournalException {
  private static final long serialVersionUID = 1;

  DamagedException(String message) {
    super(message);
  }
}

package dev.belay.coordinator.mirror;

/** A piece does not hold what was written to it. */
final class DamagedPieceException extends Exception {
  private static final long serialVersionUID = 1;

  DamagedPieceException(String message) {
    super(message);
  }
}

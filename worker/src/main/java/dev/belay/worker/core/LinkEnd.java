package dev.belay.worker.core;

/**
 * Why a link closed.
 *
 * @param refused whether dialling again cannot help: the other side is no coordinator, or none that
 *     speaks our protocol
 * @param text for people, without a full stop ("connection refused")
 */
public record LinkEnd(boolean refused, String text) {
  public static LinkEnd lost(String text) {
    return new LinkEnd(false, text);
  }

  public static LinkEnd refused(String text) {
    return new LinkEnd(true, text);
  }
}

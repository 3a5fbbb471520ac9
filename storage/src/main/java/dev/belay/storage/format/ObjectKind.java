package dev.belay.storage.format;

/** What an object is, told by its first eight bytes. */
public enum ObjectKind {
  CHECKPOINT("BELAYCKP", "checkpoint"),
  PLAN("BELAYPLN", "plan"),
  SEGMENT("BELAYSEG", "segment");

  private final String magic;
  private final String label;

  ObjectKind(String magic, String label) {
    this.magic = magic;
    this.label = label;
  }

  String magic() {
    return magic;
  }

  /** For people. */
  public String label() {
    return label;
  }
}

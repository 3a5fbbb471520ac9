package dev.belay.coordinator.journal;

/**
 * When a running journal begins a new generation, whose snapshot is then made in the background.
 *
 * @param rollRecords after this many records, at most 2^30
 * @param rollBytes or after this many bytes
 */
public record JournalSettings(long rollRecords, long rollBytes) {
  private static final long MOST_RECORDS = 1L << 30;

  public JournalSettings {
    if (rollRecords < 1 || rollRecords > MOST_RECORDS || rollBytes < 1) {
      throw new IllegalArgumentException(rollRecords + " records, " + rollBytes + " bytes");
    }
  }

  public static JournalSettings defaults() {
    return new JournalSettings(200_000, 64 << 20);
  }
}

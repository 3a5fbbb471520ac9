package dev.belay.coordinator.mirror;

/**
 * How a mirror goes about it.
 *
 * @param pauseMillis between two looks at the journal, and so between two pieces at the least
 * @param pieceBytes records are gathered into pieces of about this size
 * @param draftBytes a piece that has to grow, since objects of it were released meanwhile, grows up
 *     to this; what is more is left to a snapshot
 * @param baseBytes a snapshot follows after so many bytes of records
 * @param basePieces or after so many pieces
 * @param firstRetryMillis the first wait for a store that is out of reach, doubled up to the last
 * @param copies at a time
 * @param finishMillis in which what is left is mirrored when the coordinator ends
 */
public record MirrorSettings(
    long pauseMillis,
    int pieceBytes,
    int draftBytes,
    long baseBytes,
    int basePieces,
    long firstRetryMillis,
    long lastRetryMillis,
    int copies,
    long finishMillis) {
  public static MirrorSettings defaults() {
    return new MirrorSettings(500, 1 << 20, 64 << 20, 64 << 20, 2_000, 500, 15_000, 4, 10_000);
  }
}

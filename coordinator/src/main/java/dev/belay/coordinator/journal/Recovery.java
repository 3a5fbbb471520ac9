package dev.belay.coordinator.journal;

/**
 * What was read back.
 *
 * @param target the state as of the last record
 * @param lastSequence the last record's sequence; 0 when there never was one
 * @param lastGeneration the newest journal generation found; 0 when there is none
 * @param replayed how many records were applied after the snapshot
 * @param snapshotGeneration the generation of the snapshot it began with; 0 when there was none
 */
public record Recovery<S>(
    S target, long lastSequence, long lastGeneration, long replayed, long snapshotGeneration) {}

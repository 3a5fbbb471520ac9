package dev.belay.worker.task;

/** What a {@link PartitionSession} works with, all of the same attempt. */
record PartitionParts(
    SplitSource splits,
    StateFormat states,
    Restore restore,
    Segments segments,
    CheckpointPipeline pipeline,
    CheckpointSchedule schedule,
    Cutting cutting,
    SafePointWatch watch,
    StuckWatch stuck) {}

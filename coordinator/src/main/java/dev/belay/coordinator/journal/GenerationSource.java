package dev.belay.coordinator.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What can be read of a generation: files, or an image of them in memory. */
interface GenerationSource {
  long generation();

  /** What messages call it. */
  String name();

  /** Null: there are none yet. To be closed. */
  @Nullable CycleBytes bytes() throws IOException;

  /** What the {@link SyncMark} says; 0 when it is missing or not whole. */
  long syncMark() throws IOException;

  /** Behind this record lies one that was cut off before anyone was told of it. */
  void endsEarly(long position, long lastSequence);
}

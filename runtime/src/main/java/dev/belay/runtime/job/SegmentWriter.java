package dev.belay.runtime.job;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A piece of output being written. {@link #close} makes it durable and part of the partition's
 * output; a writer that was {@link #discard discarded}, or never closed, leaves nothing behind.
 */
public abstract class SegmentWriter extends OutputStream {
  /** Gives up what was written so far; a later close does nothing. */
  public abstract void discard() throws IOException;
}

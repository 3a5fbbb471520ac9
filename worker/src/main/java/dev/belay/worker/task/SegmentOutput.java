package dev.belay.worker.task;

import dev.belay.runtime.job.SegmentWriter;
import dev.belay.storage.segment.SegmentSpool;
import java.io.IOException;

/** A segment being written by a job: belongs to the output once it is closed. For one thread. */
final class SegmentOutput extends SegmentWriter {
  private final SegmentSpool spool;
  private final Runnable check;
  private final Runnable whole;
  private boolean over;

  /**
   * @param check throws if the attempt has ended
   * @param whole called once all of it lies in the spool, which is then somebody else's
   */
  SegmentOutput(SegmentSpool spool, Runnable check, Runnable whole) {
    this.spool = spool;
    this.check = check;
    this.whole = whole;
  }

  @Override
  public void write(int octet) throws IOException {
    requireOpen();
    spool.write(octet);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    requireOpen();
    spool.write(bytes, offset, count);
  }

  @Override
  public void close() {
    if (!over) {
      check.run();
      over = true;
      whole.run();
    }
  }

  @Override
  public void discard() throws IOException {
    if (!over) {
      over = true;
      spool.close();
    }
  }

  private void requireOpen() throws IOException {
    if (over) {
      throw new IOException("the segment is closed");
    }
  }
}

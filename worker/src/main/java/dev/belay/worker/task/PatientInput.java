package dev.belay.worker.task;

import dev.belay.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object through outages of the store: opens it again, and goes on where it was. Bytes
 * come verified, so what is skipped then is what was read before. For the attempt's thread.
 */
final class PatientInput extends InputStream {
  private final Source source;
  private final Patience patience;
  private final StoreCalls calls;
  private @Nullable InputStream in;
  private long position;

  /** Opens the object at its beginning. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws StoreException;
  }

  private PatientInput(Source source, Patience patience, StoreCalls calls) {
    this.source = source;
    this.patience = patience;
    this.calls = calls;
  }

  /**
   * Returns once the object is open.
   *
   * @throws StoreException if no waiting will help
   */
  static PatientInput open(Source source, Patience patience, StoreCalls calls) throws IOException {
    PatientInput input = new PatientInput(source, patience, calls);
    int unused = input.read(new byte[0]);
    return input;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int count) throws IOException {
    while (true) {
      try {
        int read = calls.await(() -> opened().read(to, offset, count));
        position += Math.max(0, read);
        patience.over();
        return read;
      } catch (StoreException e) {
        if (!e.isOutage()) {
          throw e;
        }
        close();
        patience.waitForStore("output of a partition cannot be read: " + e.getMessage());
      }
    }
  }

  private InputStream opened() throws IOException {
    InputStream open = in;
    if (open == null) {
      open = source.open();
      in = open;
      open.skipNBytes(position);
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    InputStream open = in;
    in = null;
    if (open != null) {
      open.close();
    }
  }
}

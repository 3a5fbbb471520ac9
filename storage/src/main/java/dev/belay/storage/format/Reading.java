package dev.belay.storage.format;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads exact ranges; whatever goes wrong becomes a StoreException. */
final class Reading {
  /** Holds the footer, and nearly always the whole manifest. */
  private static final int TAIL = 64 << 10;

  private Reading() {}

  /** Exactly these bytes. */
  static byte[] range(ObjectStore store, String key, long offset, int length)
      throws StoreException {
    try (InputStream in = store.open(key, offset, length)) {
      return exactly(in, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The last bytes of an object of this length, which must end there. */
  static byte[] tail(ObjectStore store, String key, long length) throws StoreException {
    int wanted = (int) Math.min(TAIL, length);
    try (InputStream in = store.open(key, length - wanted, wanted + 1L)) {
      byte[] tail = exactly(in, wanted);
      if (in.read() >= 0) {
        throw new StoreException(
            Kind.CORRUPT, "it is longer than the " + length + " bytes recorded");
      }
      return tail;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new StoreException(Kind.CORRUPT, "it ends too early");
    }
    return bytes;
  }

  static byte[] last(byte[] bytes, int end, int length) {
    return Arrays.copyOfRange(bytes, end - length, end);
  }

  static StoreException failed(IOException e) {
    return e instanceof StoreException known
        ? known
        : new StoreException(Kind.UNAVAILABLE, "reading it failed: " + e.getMessage(), e);
  }

  /** Adds which object it was, where the message does not say so. */
  static StoreException named(ObjectKind kind, String key, StoreException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains(key)
        ? e
        : new StoreException(
            e.kind(),
            // A store that is out of reach says nothing of what it holds.
            kind.label() + " " + key + (e.isOutage() ? ": " : " is unusable: ") + message,
            e);
  }
}

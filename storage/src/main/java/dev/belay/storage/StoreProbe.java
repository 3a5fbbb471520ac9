package dev.belay.storage;

import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries out, with one small object that it removes again, all that Belay asks of a store: put,
 * read, read from the middle, list, refuse to replace, delete. Servers that speak S3 differ in
 * each.
 */
public final class StoreProbe {
  private static final Logger log = LoggerFactory.getLogger(StoreProbe.class);

  private static final String PREFIX = "probe/";
  private static final byte[] BYTES =
      "Belay tries out this store.".getBytes(StandardCharsets.US_ASCII);
  private static final int MIDDLE = 6;

  private final ObjectStore store;
  private final String key = PREFIX + UUID.randomUUID();

  private StoreProbe(ObjectStore store) {
    this.store = store;
  }

  /**
   * Takes some requests' time; with a store that is out of reach, as long as its retries take.
   *
   * @throws StoreException in one line: CONFIGURATION if the store cannot do what is needed,
   *     UNAVAILABLE if it could not be asked
   */
  public static void check(ObjectStore store) throws StoreException {
    new StoreProbe(store).check();
  }

  /**
   * Only whether this process may use a store that others have tried out: put, read, delete.
   *
   * @throws StoreException as {@link #check}
   */
  public static void access(ObjectStore store) throws StoreException {
    new StoreProbe(store).access();
  }

  private void access() throws StoreException {
    store.put(key, out -> out.write(BYTES));
    try {
      expect(Arrays.equals(read(0), BYTES), "does not give back what was put");
    } finally {
      remove();
    }
  }

  private void check() throws StoreException {
    store.put(key, out -> out.write(BYTES));
    try {
      expect(Arrays.equals(read(0), BYTES), "does not give back what was put");
      expect(
          Arrays.equals(read(MIDDLE), Arrays.copyOfRange(BYTES, MIDDLE, BYTES.length)),
          "cannot read a range");
      List<Stored> listed = store.list(PREFIX);
      expect(
          listed.contains(new Stored(key, BYTES.length)), "does not list an object that was put");
      if (replaces()) {
        // No key is ever used twice, so this is a second fence that is missing, not the first.
        log.warn(
            "the store {} replaces objects though asked not to (it ignores If-None-Match)",
            store.describe());
      }
    } finally {
      remove();
    }
  }

  private byte[] read(long offset) throws StoreException {
    try (InputStream in = store.open(key, offset)) {
      return in.readAllBytes();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "cannot read " + key + ": " + e.getMessage(), e);
    }
  }

  private boolean replaces() throws StoreException {
    try {
      store.put(key, out -> out.write(BYTES));
      return true;
    } catch (StoreException e) {
      if (e.kind() != Kind.EXISTS) {
        throw e;
      }
      return false;
    }
  }

  private void remove() throws StoreException {
    store.delete(key);
  }

  private void expect(boolean holds, String fault) throws StoreException {
    if (!holds) {
      throw new StoreException(
          Kind.CONFIGURATION, "the store " + store.describe() + " " + fault + ": use another");
    }
  }
}

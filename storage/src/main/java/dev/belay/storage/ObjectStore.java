package dev.belay.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Immutable objects by key. The contract, which one suite of tests holds every implementation and
 * decorator to:
 *
 * <ul>
 *   <li>A key is one or more segments of letters, digits, '.', '_' and '-', joined by '/'; none is
 *       "." or "..". A segment has at most 200 characters, a key 512. Anything else is an
 *       IllegalArgumentException.
 *   <li>{@link #put} is all or nothing, durable when it returns, and never replaces: a key that
 *       exists is refused.
 *   <li>What {@link #put} stored, every later {@link #open} and {@link #list} by any process sees.
 *   <li>{@link #delete} of what is not there is no error.
 *   <li>Failures are {@link StoreException}s whose kind says what the caller should do. A put that
 *       failed may have stored the object all the same, or may do so later: never put different
 *       bytes under the same key.
 * </ul>
 *
 * Safe for use by many threads. Calls block; an interrupt may end one with {@link
 * StoreException.Kind#UNAVAILABLE}.
 */
public interface ObjectStore extends AutoCloseable {
  /**
   * Stores what the body writes.
   *
   * @return the number of bytes stored
   */
  long put(String key, Body body) throws StoreException;

  /**
   * The bytes from offset on; an offset beyond the end is CORRUPT, a missing object MISSING. Close
   * the stream.
   */
  InputStream open(String key, long offset) throws StoreException;

  /** The keys below a prefix that ends in '/' (or is empty for all), sorted, with lengths. */
  List<Stored> list(String prefix) throws StoreException;

  void delete(String key) throws StoreException;

  /** For people: where this is, without credentials. */
  String describe();

  @Override
  void close();

  /** Writes an object's bytes; may be called again for a retry, and must then write the same. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** An object found by {@link #list}. */
  record Stored(String key, long length) {}
}

package dev.belay.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
   * The bytes from offset on, at most so many: the stream ends there, or at the end of the object.
   * The store reads none beyond, so that many short ranges of a large object cost what they are
   * long. An offset beyond the end is CORRUPT, a missing object MISSING, also where length is 0.
   * Close the stream.
   */
  InputStream open(String key, long offset, long length) throws StoreException;

  /** The bytes from offset to the end: for those who may go on that far. */
  default InputStream open(String key, long offset) throws StoreException {
    return open(key, offset, Long.MAX_VALUE);
  }

  /** The keys below a prefix that ends in '/' (or is empty for all), sorted, with lengths. */
  List<Stored> list(String prefix) throws StoreException;

  void delete(String key) throws StoreException;

  /**
   * The keys below a prefix (as of {@link #list}) of uploads that were begun, by any process, and
   * neither finished nor aborted, sorted, each once. They take room, and no list shows them. Those
   * of puts in progress are among them. A store that cleans up by itself what dead processes left
   * may answer with none.
   */
  List<String> unfinished(String prefix) throws StoreException;

  /**
   * Aborts all unfinished uploads of a key; none is no error. A put in progress of that key fails,
   * or has stored its object by then. An object under the key stays.
   */
  void abandon(String key) throws StoreException;

  /**
   * For how long a server has said nothing to a request of this process that waits for it, and has
   * taken nothing of it either: of the one that has waited longest, zero where none waits. A slow
   * one is not silent. Empty: there is no telling.
   */
  default Optional<Duration> silence() {
    return Optional.empty();
  }

  /** For people: where this is, without credentials. */
  String describe();

  /**
   * For people: where an object is or would be, as other tools name it, such as {@code
   * s3://bucket/prefix/7/KEY} or the path of a file.
   */
  String locate(String key);

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

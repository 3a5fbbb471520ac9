package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store that a mirror lies in, and the way there from the store of the cluster. The coordinator
 * knows keys, not stores: who assembles it passes this in.
 *
 * <p>Every IOException means: try again later. Safe for use by many threads.
 */
public interface MirrorStore {
  /** For people: where the mirror is, without credentials. */
  String describe();

  /**
   * Tries out whether the store can hold a mirror, in particular that it never replaces.
   *
   * @return why it cannot, in one line that goes on from "it"; null: it can
   */
  @Nullable String unfit() throws IOException;

  /**
   * Puts what the body writes, all or nothing, and never in the place of what is there. A put that
   * failed may have happened all the same, or may happen later.
   *
   * @return false if the key is taken
   */
  boolean put(String key, Body body) throws IOException;

  /** The mirror's bytes under a key, from an offset on; null: there is no such object. */
  @Nullable InputStream open(String key, long offset) throws IOException;

  /** What lies in the mirror below a prefix that ends in '/'. */
  List<Stored> list(String prefix) throws IOException;

  /** Deletes from the mirror; what is not there is no error. */
  void delete(String key) throws IOException;

  /**
   * Copies an object from the cluster's store to the mirror, under the same key, verified on the
   * way as far as it is known what it must be. One that the mirror has already is left as it is.
   */
  Outcome copy(Wanted object) throws IOException;

  /** Writes bytes; may be called again, and must then write the same. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** An object of the mirror. */
  record Stored(String key, long length) {}

  /**
   * An object to be copied.
   *
   * @param length in bytes; 0: not known
   * @param digest as in an ObjectRef; empty: not known
   */
  record Wanted(String key, long length, ByteString digest) {}

  /** What became of a copy. */
  enum Outcome {
    COPIED,
    /** The source has no such object. */
    MISSING,
    /** What the source has is not what was written. */
    CORRUPT
  }
}

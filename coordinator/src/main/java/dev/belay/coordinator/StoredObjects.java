package dev.belay.coordinator;

import java.io.IOException;
import java.util.List;

/**
 * What lies in the store, as far as the coordinator looks after it. It knows keys, not stores; who
 * assembles it passes this in. Called on background threads, by two at a time.
 */
public interface StoredObjects {
  /** An object, and how many bytes it has. */
  record Stored(String key, long length) {}

  /** All below a prefix that ends in '/'. */
  List<Stored> list(String prefix) throws IOException;

  /** The keys below a prefix of uploads that were begun, and neither finished nor given up. */
  List<String> unfinished(String prefix) throws IOException;

  /** Gives up the unfinished uploads of a key; none is no error. */
  void abandon(String key) throws IOException;

  /** Deletes what the journal has released; may be asked again for what is gone already. */
  void delete(List<String> keys) throws IOException;

  /** Deletes everything below a prefix, and what places were made for it. */
  void deleteAll(String prefix) throws IOException;
}

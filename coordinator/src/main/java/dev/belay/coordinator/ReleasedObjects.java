package dev.belay.coordinator;

import java.io.IOException;
import java.util.List;

/**
 * Deletes from the store what the journal has released. The coordinator knows keys, not stores; who
 * assembles it passes this in. Called on one background thread; may be asked again for what is gone
 * already.
 */
public interface ReleasedObjects {
  void delete(List<String> keys) throws IOException;

  /** Everything below a prefix. */
  void deleteAll(String prefix) throws IOException;
}

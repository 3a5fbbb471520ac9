package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.function.Predicate;

/** Stores, and then reports that it has not, for the keys that a predicate picks. */
public final class AmbiguousStore extends ForwardingStore {
  private final Predicate<String> answerIsLost;

  public AmbiguousStore(ObjectStore store, Predicate<String> answerIsLost) {
    super(store);
    this.answerIsLost = answerIsLost;
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    long length = super.put(key, body);
    if (answerIsLost.test(key)) {
      throw new StoreException(Kind.UNAVAILABLE, "no answer to the put of " + key);
    }
    return length;
  }
}

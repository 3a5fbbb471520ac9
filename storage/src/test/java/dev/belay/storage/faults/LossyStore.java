package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;

/** Has lost the objects that a predicate picks. */
public final class LossyStore extends ForwardingStore {
  private final Predicate<String> lost;

  public LossyStore(ObjectStore store, Predicate<String> lost) {
    super(store);
    this.lost = lost;
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    if (lost.test(key)) {
      throw new StoreException(Kind.MISSING, key + " does not exist");
    }
    return super.open(key, offset, length);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return super.list(prefix).stream().filter(stored -> !lost.test(stored.key())).toList();
  }
}

package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;

/** Out of reach for the operations that a predicate names, as it is asked each time. */
public final class UnavailableStore extends ForwardingStore {
  /** What can be out of reach. */
  public enum Operation {
    PUT,
    OPEN,
    LIST,
    DELETE
  }

  private final Predicate<Operation> outOfReach;

  public UnavailableStore(ObjectStore store, Predicate<Operation> outOfReach) {
    super(store);
    this.outOfReach = outOfReach;
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    check(Operation.PUT);
    return super.put(key, body);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    check(Operation.OPEN);
    return super.open(key, offset, length);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    check(Operation.LIST);
    return super.list(prefix);
  }

  @Override
  public void delete(String key) throws StoreException {
    check(Operation.DELETE);
    super.delete(key);
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    check(Operation.LIST);
    return super.unfinished(prefix);
  }

  @Override
  public void abandon(String key) throws StoreException {
    check(Operation.DELETE);
    super.abandon(key);
  }

  private void check(Operation operation) throws StoreException {
    if (outOfReach.test(operation)) {
      throw new StoreException(Kind.UNAVAILABLE, describe() + " is out of reach");
    }
  }
}

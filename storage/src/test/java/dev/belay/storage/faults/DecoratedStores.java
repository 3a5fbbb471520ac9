package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStoreContract;
import dev.belay.storage.StoreException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * Holds each decorator, over a store that a subclass names, to the contract: those with faults
 * while they are well, and those whose faults the contract allows for with them.
 */
public abstract class DecoratedStores {
  private static final int LAG = 3;

  /** A store in the test's own place, the same each time within a test. */
  protected abstract ObjectStore open() throws Exception;

  /** One decorator. */
  abstract class Decorated extends ObjectStoreContract {
    private ObjectStore store;
    private ObjectStore another;

    abstract ObjectStore decorate(ObjectStore inner);

    @BeforeEach
    void decorateBoth() throws Exception {
      store = decorate(open());
      another = decorate(open());
    }

    @AfterEach
    void close() {
      store.close();
      another.close();
    }

    @Override
    protected ObjectStore store() {
      return store;
    }

    @Override
    protected ObjectStore another() {
      return another;
    }
  }

  @Nested
  class Latency extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new LatencyStore(inner, () -> ThreadLocalRandom.current().nextLong(4_000));
    }
  }

  /** Asked again a little later, it does what it refused. */
  @Nested
  class Throttling extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new PatientStore(new ThrottlingStore(inner, 100, System::nanoTime));
    }
  }

  /** The truth comes to light after some lists. */
  @Nested
  class Lagging extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new LaggingStore(inner, LAG);
    }

    @Override
    protected List<ObjectStore.Stored> list(ObjectStore store, String prefix)
        throws StoreException {
      for (int i = 0; i < LAG; i++) {
        List<ObjectStore.Stored> unused = store.list(prefix);
      }
      return store.list(prefix);
    }
  }

  @Nested
  class Unavailable extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new UnavailableStore(inner, operation -> false);
    }
  }

  @Nested
  class Ambiguous extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new AmbiguousStore(inner, key -> false);
    }
  }

  @Nested
  class Lossy extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new LossyStore(inner, key -> false);
    }
  }

  @Nested
  class Damaging extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new DamagingStore(inner, (key, bytes) -> bytes);
    }
  }

  @Nested
  class FullDisk extends Decorated {
    @Override
    ObjectStore decorate(ObjectStore inner) {
      return new FullDiskStore(inner, Long.MAX_VALUE);
    }
  }
}

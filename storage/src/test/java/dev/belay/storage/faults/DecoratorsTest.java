package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStoreContract;
import dev.belay.storage.file.FileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** While they are well, the decorators are stores like any other. */
class DecoratorsTest {
  /** One decorator over files. */
  abstract static class Decorated extends ObjectStoreContract {
    @TempDir Path directory;
    private ObjectStore store;

    abstract ObjectStore decorate(ObjectStore inner);

    @BeforeEach
    void open() {
      store = another();
    }

    @Override
    protected ObjectStore store() {
      return store;
    }

    @Override
    protected ObjectStore another() {
      return decorate(new FileStore(directory));
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

package dev.belay.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.ForwardingStore;
import dev.belay.storage.file.FileStore;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreProbeTest {
  @TempDir Path directory;

  private FileStore store() {
    return new FileStore(directory);
  }

  @Test
  void aStoreThatDoesAllPassesAndIsLeftEmpty() throws Exception {
    StoreProbe.check(store());
    assertThat(store().list("")).isEmpty();
  }

  @Test
  void oneThatCannotReadARangeIsRefused() throws Exception {
    assertRefused(
        new ForwardingStore(store()) {
          @Override
          public InputStream open(String key, long offset, long length) throws StoreException {
            return super.open(key, 0, length);
          }
        },
        "cannot read a range");
  }

  @Test
  void oneWhoseListLacksWhatWasPutIsRefused() throws Exception {
    assertRefused(
        new ForwardingStore(store()) {
          @Override
          public List<Stored> list(String prefix) {
            return List.of();
          }
        },
        "does not list");
  }

  /** Keys are never used twice, so nothing depends on it. */
  @Test
  void oneThatReplacesIsTaken() {
    assertThatCode(
            () ->
                StoreProbe.check(
                    new ForwardingStore(store()) {
                      @Override
                      public long put(String key, Body body) throws StoreException {
                        delete(key);
                        return super.put(key, body);
                      }
                    }))
        .doesNotThrowAnyException();
  }

  private void assertRefused(ObjectStore store, String why) throws Exception {
    assertThatThrownBy(() -> StoreProbe.check(store))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining(why);
    assertThat(store().list("")).isEmpty();
  }
}

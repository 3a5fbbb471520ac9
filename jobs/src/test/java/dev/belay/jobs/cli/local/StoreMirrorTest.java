package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.Stores;
import dev.belay.storage.faults.ForwardingStore;
import dev.belay.storage.faults.UnavailableStore;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused as a mirror. */
class StoreMirrorTest {
  @TempDir Path directory;

  private String url(String name) {
    return Stores.url(directory.resolve(name));
  }

  @Test
  void theStoreItselfIsRefusedHoweverItIsWritten() {
    for (String same : new String[] {url("store"), url("other/../store"), url("store") + "/"}) {
      assertThatThrownBy(() -> StoreMirror.to(same, url("store")))
          .hasMessageContaining("is the store itself");
    }
    assertThatThrownBy(
            () ->
                StoreMirror.to(
                    "s3://bkt/p?endpoint=http://127.0.0.1:1&region=eu-west-1",
                    "s3://bkt/p?endpoint=http://127.0.0.1:1"))
        .hasMessageContaining("is the store itself");
  }

  @Test
  void aProfileThatIsNotThereIsNamedBeforeAnythingIsAsked() {
    assertThatThrownBy(() -> StoreMirror.to("s3://bkt/p?profile=no-such", url("store")))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining("\"no-such\"");
  }

  /** It may be out of reach for as long as it likes first. */
  @Test
  void oneThatReplacesIsFoundOutAsSoonAsItCanBe() throws Exception {
    AtomicBoolean down = new AtomicBoolean(true);
    ObjectStore replacing =
        new ForwardingStore(Stores.open(url("mirror"))) {
          @Override
          public long put(String key, Body body) throws StoreException {
            delete(key);
            return super.put(key, body);
          }
        };
    try (StoreMirror mirror =
        new StoreMirror(
            Stores.open(url("store")), new UnavailableStore(replacing, of -> down.get()))) {
      assertThatThrownBy(mirror::unfit).hasMessageContaining("out of reach");
      down.set(false);
      assertThat(mirror.unfit()).contains("If-None-Match");
      assertThat(mirror.list("")).isEmpty();
    }
    try (StoreMirror mirror =
        new StoreMirror(Stores.open(url("store")), Stores.open(url("mirror")))) {
      assertThat(mirror.unfit()).isNull();
      assertThat(mirror.list("")).isEmpty();
    }
  }
}

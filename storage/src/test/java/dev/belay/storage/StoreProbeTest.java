package dev.belay.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.faults.DamagingStore;
import dev.belay.storage.faults.ForwardingStore;
import dev.belay.storage.faults.LaggingStore;
import dev.belay.storage.faults.UnavailableStore;
import dev.belay.storage.faults.UnavailableStore.Operation;
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

  @Test
  void oneThatGoesOnGivingOutWhatWasDeletedIsRefused() throws Exception {
    assertThatThrownBy(
            () ->
                StoreProbe.check(
                    new ForwardingStore(store()) {
                      @Override
                      public void delete(String key) {}
                    }))
        .hasMessageContaining("goes on giving out what was deleted");
  }

  @Test
  void allThatAStoreCannotDoIsSaidInOneLine() throws Exception {
    assertThatThrownBy(
            () ->
                StoreProbe.check(
                    new DamagingStore(new LaggingStore(store(), 1), (key, all) -> new byte[1])))
        .hasMessageContaining("does not give back the bytes that were put, cannot read a range")
        .hasMessageContaining("does not list")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void whatAProcessMayNotReadItMayNotUse() throws Exception {
    assertThatThrownBy(
            () -> StoreProbe.access(new UnavailableStore(store(), of -> of == Operation.OPEN)))
        .hasMessageContaining("out of reach");
    StoreProbe.access(store());
    assertThat(store().list("")).isEmpty();
  }

  private ObjectStore replacing() {
    return new ForwardingStore(store()) {
      @Override
      public long put(String key, Body body) throws StoreException {
        delete(key);
        return super.put(key, body);
      }
    };
  }

  /** Of its objects nobody has heard. */
  @Test
  void whatAProcessMayNotDoIsSaidAndNotToWhichObject() throws Exception {
    for (Operation denied :
        new Operation[] {Operation.PUT, Operation.OPEN, Operation.LIST, Operation.DELETE}) {
      ObjectStore store = new UnavailableStore(store(), of -> of == denied);
      assertThatThrownBy(() -> StoreProbe.check(store))
          .message()
          .startsWith(
              switch (denied) {
                case PUT -> "cannot put an object into the store ";
                case OPEN -> "cannot read an object of the store ";
                case LIST -> "cannot list the objects of the store ";
                default -> "cannot delete an object of the store ";
              })
          .contains(store.describe())
          .doesNotContain("probe/");
    }
  }

  /** What is first is told, and not that nothing can be tidied up after it. */
  @Test
  void whoMayDoNothingIsToldOfTheFirst() throws Exception {
    assertThatThrownBy(() -> StoreProbe.access(new UnavailableStore(store(), of -> true)))
        .hasMessageStartingWith("cannot put an object into the store ");
  }

  /** Keys are never used twice, so nothing depends on it. */
  @Test
  void oneThatReplacesIsTaken() throws Exception {
    assertThat(StoreProbe.check(replacing()).replaces()).isTrue();
    assertThat(StoreProbe.check(store()).replaces()).isFalse();
  }

  /** But the numbers of a mirror's pieces are. */
  @Test
  void asAMirrorOneThatReplacesIsRefused() throws Exception {
    assertThat(StoreProbe.whyNoMirror(store())).isEmpty();
    assertThat(StoreProbe.whyNoMirror(replacing()))
        .hasValueSatisfying(why -> assertThat(why).contains("If-None-Match").doesNotContain("\n"));
    assertThat(store().list("")).isEmpty();
  }

  /** Whoever finds out that the store was full would else say that it is out of reach. */
  @Test
  void oneThatIsFullIsReachedButNoneThatTakesNothingFromThisProcess() throws Exception {
    StoreProbe.reach(store());
    StoreProbe.reach(takingNothing(StoreException.Kind.UNAVAILABLE));
    assertThatThrownBy(() -> StoreProbe.reach(takingNothing(StoreException.Kind.CONFIGURATION)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("not from you");
    ObjectStore away =
        new ForwardingStore(takingNothing(StoreException.Kind.UNAVAILABLE)) {
          @Override
          public InputStream open(String key, long offset, long length) throws StoreException {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "no route");
          }
        };
    assertThatThrownBy(() -> StoreProbe.reach(away))
        .as("told by what failed first")
        .hasMessageContaining("not from you");
  }

  private ObjectStore takingNothing(StoreException.Kind kind) throws StoreException {
    return new ForwardingStore(store()) {
      @Override
      public long put(String key, Body body) throws StoreException {
        throw new StoreException(kind, "not from you");
      }
    };
  }

  private void assertRefused(ObjectStore store, String why) throws Exception {
    assertThatThrownBy(() -> StoreProbe.check(store))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining(why);
    assertThat(store().list("")).isEmpty();
  }
}

package dev.belay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.mirror.MemoryMirror;
import dev.belay.coordinator.mirror.MirrorReader;
import dev.belay.coordinator.mirror.MirrorStore;
import dev.belay.coordinator.mirror.RecoveryException;
import dev.belay.runtime.proto.MirrorStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators of several regions in this process, with one mirror. */
class RegionRecoveryTest {
  @TempDir Path directory;

  private final Map<String, ByteString> objects = new ConcurrentSkipListMap<>();
  private final MirrorStore mirror = MemoryMirror.calm(objects);
  private final List<String> said = new ArrayList<>();

  private CoordinatorServer start(String name, Region region) throws StartupException {
    said.clear();
    return CoordinatorServer.start(
        new CoordinatorSettings("127.0.0.1", 0, directory.resolve(name), "file:/store"),
        new NoObjects(),
        region,
        said::add);
  }

  private void mirrored() throws StartupException {
    try (CoordinatorServer here = start("here", new Region(mirror, null, false))) {
      awaitFounded(mirror);
      assertThat(here.cluster().getMirror().getState()).isEqualTo(MirrorStatus.State.UP_TO_DATE);
    }
  }

  private void awaitFounded(MirrorStore mirror) {
    await()
        .ignoreException(RecoveryException.class)
        .until(
            () ->
                MirrorReader.read(
                        mirror,
                        () -> new Recovered(new Core(Timing.DEFAULT, "file:/store")),
                        directory)
                    .state()
                    .core
                    .founded());
  }

  private static Region from(MirrorStore mirror) {
    return new Region(null, mirror, false);
  }

  private Core core(String name) throws IOException {
    try (DataDirectory data = DataDirectory.open(directory.resolve(name))) {
      return new JournalStore<>(
              data,
              () -> new Recovered(new Core(Timing.DEFAULT, "file:/store")),
              JournalSettings.defaults())
          .recover()
          .target()
          .core;
    }
  }

  @Test
  void anotherRegionGoesOnAsTheNextGenerationAndTheFirstOneIsFenced() throws Exception {
    mirrored();
    start("there", from(mirror)).close();
    assertThat(said).hasSize(3);
    assertThat(core("there").generation()).isEqualTo(2);
    assertThat(core("there").cluster()).isEqualTo(core("here").cluster());

    try (CoordinatorServer zombie = start("here", new Region(mirror, null, false))) {
      Map<String, ByteString> before = Map.copyOf(objects);
      await().until(() -> zombie.cluster().getMirror().getState() == MirrorStatus.State.FENCED);
      assertThat(zombie.cluster().getMirror().getMessage()).contains("generation 2");
      assertThat(objects).isEqualTo(before);
    }
  }

  @Test
  void theSameCommandAgainJustStarts() throws Exception {
    mirrored();
    start("there", from(mirror)).close();
    start("there", from(mirror)).close();
    assertThat(said).isEmpty();
    assertThat(core("there").generation()).isEqualTo(2);
    assertThat(Region.originOf(directory.resolve("there"))).isEqualTo(mirror.describe());
  }

  @Test
  void aDirectoryWithAnythingInItIsRefused() throws Exception {
    mirrored();
    int before = objects.size();
    assertThatThrownBy(() -> start("here", from(mirror))).hasMessageContaining("is not empty");
    assertThat(objects).as("and nothing is claimed").hasSize(before);
    start("here", Region.ALONE).close();
  }

  @Test
  void aPlaceWithoutAMirrorIsRefusedAndLeavesNothingBehind() {
    assertThatThrownBy(() -> start("there", from(mirror))).hasMessageContaining("holds no mirror");
    assertThat(directory.resolve("there")).isDirectoryNotContaining("glob:**/recover*");
  }

  @Test
  void whoComesSecondIsRefusedUnlessHeInsists() throws Exception {
    mirrored();
    start("there", from(mirror)).close();
    assertThatThrownBy(() -> start("elsewhere", from(mirror)))
        .hasMessageContaining("was recovered from already");
    start("elsewhere", new Region(null, mirror, true)).close();
    assertThat(core("elsewhere").generation()).isEqualTo(3);
  }

  @Test
  void aRecoveryWhoseClaimWasNotAnsweredGoesOnWithIt() throws Exception {
    mirrored();
    int before = objects.size();
    MirrorStore deaf =
        new MemoryMirror(
            objects,
            Map.of(),
            new MemoryMirror.Network() {
              @Override
              public MemoryMirror.Fate of(String what, String key) {
                return what.equals("put") ? MemoryMirror.Fate.ANSWER_LOST : MemoryMirror.Fate.FINE;
              }

              @Override
              public void later(Runnable effect) {
                effect.run();
              }
            });
    assertThatThrownBy(() -> start("there", from(deaf))).hasMessageContaining("answer");
    // And is cut off once more while it writes.
    Files.createDirectories(directory.resolve("there/journal/0000000001"));
    start("there", from(mirror)).close();
    assertThat(core("there").generation()).isEqualTo(2);
    assertThat(objects).as("one claim").hasSize(before + 1);
  }

  @Test
  void anotherMirrorThanTheDirectoryCameFromIsRefused() throws Exception {
    mirrored();
    start("there", from(mirror)).close();
    MirrorStore other =
        new MemoryMirror(objects, Map.of(), quiet()) {
          @Override
          public String describe() {
            return "memory:other";
          }
        };
    assertThatThrownBy(() -> start("there", from(other)))
        .hasMessageContaining("not from memory:other");
  }

  @Test
  void aRecoveredRegionMayHaveAMirrorOfItsOwn() throws Exception {
    mirrored();
    Map<String, ByteString> second = new ConcurrentSkipListMap<>();
    try (CoordinatorServer there =
        start("there", new Region(MemoryMirror.calm(second), mirror, false))) {
      awaitFounded(MemoryMirror.calm(second));
      assertThat(there.cluster().hasMirror()).isTrue();
    }
    start("third", from(MemoryMirror.calm(second))).close();
    assertThat(core("third").generation()).isEqualTo(3);
  }

  private static MemoryMirror.Network quiet() {
    return new MemoryMirror.Network() {
      @Override
      public MemoryMirror.Fate of(String what, String key) {
        return MemoryMirror.Fate.FINE;
      }

      @Override
      public void later(Runnable effect) {
        effect.run();
      }
    };
  }

  /** A store without anything in it. */
  private static final class NoObjects implements StoredObjects {
    @Override
    public List<Stored> list(String prefix) {
      return List.of();
    }

    @Override
    public List<String> unfinished(String prefix) {
      return List.of();
    }

    @Override
    public void abandon(String key) {}

    @Override
    public void delete(List<String> keys) {}

    @Override
    public void deleteAll(String prefix) {}
  }
}

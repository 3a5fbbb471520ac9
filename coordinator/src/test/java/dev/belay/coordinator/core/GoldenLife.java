package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;

import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotSource;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The data directory of a coordinator that has lived through every kind of event, in two starts,
 * for every later version to read; beside it, what became of its jobs.
 *
 * <p>{@code journal-2.zip} and {@code journal-2.txt} in src/test/resources/golden are those of
 * format 2. {@link GoldenLifeTest} says how to write them; once released they never are again.
 */
final class GoldenLife {
  private GoldenLife() {}

  /** A core as the journal sees it. */
  static final class State implements Replayed, SnapshotSource {
    final Core core = TestCluster.fresh();
    final Set<Event.KindCase> seen = EnumSet.noneOf(Event.KindCase.class);

    @Override
    public void entry(SnapshotEntry entry) {
      core.restore(entry);
    }

    @Override
    public void record(JournalRecord record) {
      record.getEventsList().forEach(event -> seen.add(event.getKindCase()));
      record.getEventsList().forEach(core::apply);
    }

    @Override
    public void writeTo(Consumer<SnapshotEntry> out) {
      core.snapshot(out);
    }

    /** For people, a line a job. */
    List<String> jobs() {
      return core.state().jobs.values().stream()
          .map(
              job ->
                  "%s %s partitions %d succeeded %d quarantined %d epochs %d"
                      .formatted(
                          job.id,
                          job.state,
                          job.partitions.length,
                          job.succeeded,
                          job.quarantined,
                          Stream.of(job.partitions).mapToLong(task -> task.epochCounter).sum()))
          .toList();
    }
  }

  /** Every kind that there is. */
  static Set<Event.KindCase> allKinds() {
    return EnumSet.complementOf(EnumSet.of(Event.KindCase.KIND_NOT_SET));
  }

  static JournalStore<State> store(DataDirectory directory) {
    return new JournalStore<>(directory, State::new, JournalSettings.defaults());
  }

  static void write(Path golden) throws IOException {
    Path root = Files.createTempDirectory("golden");
    List<Event> events = complete();
    write(root, events.subList(0, events.size() / 2));
    write(root, events.subList(events.size() / 2, events.size()));
    Files.delete(root.resolve("coordinator.lock"));
    try (OutputStream out = Files.newOutputStream(golden.resolve("journal-2.zip"));
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    State state = new State();
    state.record(JournalRecord.newBuilder().addAllEvents(events).build());
    Files.write(golden.resolve("journal-2.txt"), state.jobs());
  }

  /** All kinds of events; whoever adds one adds it here. */
  private static List<Event> complete() {
    Scenes scene = Scenes.running(6, 3, Scenes.tolerant());
    TestWorker worker = scene.worker;
    worker.says(TestWorker.started(worker.partition(0), 0));
    for (int i = 0; i < 5; i++) {
      worker.says(worker.checkpoint(worker.partition(0)));
    }
    worker.says(TestWorker.unusable(worker.partition(0), 5));
    scene.restore(0, 3);
    worker.says(worker.split(worker.partition(2)));
    scene.poison(1);
    scene.pause();
    scene.givesBack();
    scene.resume();
    scene.retry();
    scene.stop();
    scene.givesBack();
    scene.retry();
    scene.poison(1);
    finish(scene);

    String failing = scene.cluster.submit(TestCluster.spec());
    worker.plans(2);
    worker.says(TestWorker.failed(worker.partition(1), Failed.Kind.PERMANENT));
    scene.job = failing;
    scene.restart("again");
    scene.cluster.cancel("job-3");
    deleted(scene.cluster);

    scene.job = scene.cluster.submit(Scenes.tolerant());
    worker.plans(4);
    scene.poison(2);
    scene.exhaust(3);
    worker.says(worker.cut(worker.partition(3)));
    worker.says(worker.checkpoint(worker.partition(0)));
    TestWorker other = TestWorker.joined(scene.cluster, "other", 1);
    scene.cluster.speculate(requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    other.says(other.checkpoint(other.lease()));
    scene.cluster.recoverElsewhere(0);
    return scene.cluster.journal;
  }

  private static void finish(Scenes scene) {
    for (int round = 0; round < 10 && scene.worker.holds.size() > 0; round++) {
      for (Lease lease : List.copyOf(scene.worker.holds.keySet())) {
        if (lease.getTask().getKind() == TaskKind.PUBLISH) {
          scene.worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1")));
          scene.worker.says(TestWorker.published(lease));
        } else {
          scene.worker.says(scene.worker.completes(lease));
        }
      }
    }
    deleted(scene.cluster);
  }

  static void deleted(TestCluster cluster) {
    for (Effect.Delete done : List.copyOf(cluster.deletions)) {
      cluster.batch(
          cluster
              .command()
              .setDeletionDone(
                  DeletionDone.newBuilder()
                      .setJob(done.job())
                      .addAllKeys(done.keys())
                      .setAll(done.all()))
              .build());
    }
  }

  private static void write(Path root, List<Event> events) throws IOException {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<State> store = store(directory);
      Recovery<State> recovery = store.recover();
      long sequence = recovery.lastSequence();
      try (Journal journal = store.begin(recovery)) {
        for (Event event : events) {
          journal.append(
              JournalRecord.newBuilder().setSequence(++sequence).addEvents(event).build());
        }
        journal.sync();
      }
    }
  }
}

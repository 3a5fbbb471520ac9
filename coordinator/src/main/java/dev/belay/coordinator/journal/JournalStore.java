package dev.belay.coordinator.journal;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.Supplier;

/**
 * The coordinator's memory on disk. At each start:
 *
 * <pre>
 *   JournalStore&lt;State&gt; store = new JournalStore&lt;&gt;(directory, State::new, JournalSettings.defaults());
 *   Recovery&lt;State&gt; recovery = store.recover();
 *   // check recovery.target()
 *   Journal journal = store.begin(recovery);
 *   // open the port
 * </pre>
 *
 * @param <S> the state; fresh ones are made for each snapshot that is tried, here on the caller's
 *     thread and later on a background thread, so they may share nothing
 */
public final class JournalStore<S extends Replayed & SnapshotSource> {
  private final Layout layout;
  private final JournalSettings settings;
  private final Replay<S> replay;
  private final Pruner pruner;
  private final SecureRandom random = new SecureRandom();

  public JournalStore(DataDirectory directory, Supplier<S> fresh, JournalSettings settings) {
    this.layout = new Layout(directory.path());
    this.settings = settings;
    this.replay = new Replay<>(layout, fresh);
    this.pruner = new Pruner(layout);
  }

  /** Reads everything back. Changes nothing on disk. */
  public Recovery<S> recover() throws JournalException {
    return replay.all();
  }

  /**
   * Begins the generation after the last one found. When this returns, its journal and a snapshot
   * of what was recovered are durable, the snapshot was read back, and what is older than the last
   * two snapshots is gone.
   */
  public Journal begin(Recovery<S> recovery) throws JournalException {
    long generation = recovery.lastGeneration() + 1;
    long sequence = recovery.lastSequence();
    createDirectories();
    forceReplayed(recovery);
    GenerationWriter writer = create(generation, sequence + 1);
    try {
      SnapshotFile.write(layout.snapshot(generation), generation, sequence, recovery.target());
    } catch (JournalException | RuntimeException e) {
      try (writer) {
        throw e;
      }
    }
    pruner.keep(generation, recovery.snapshotGeneration());
    pruner.deleteUnfinished();
    Compactor<S> compactor = new Compactor<>(layout, replay, pruner);
    return new RollingJournal(writer, this::create, settings, compactor::request, compactor);
  }

  private void createDirectories() throws JournalException {
    try {
      Durable.createDirectories(layout.journal());
      Durable.createDirectories(layout.snapshots());
    } catch (IOException e) {
      throw new JournalException(
          layout.root() + " cannot be written: " + Durable.reason(e) + "; mend its disk", e);
    }
  }

  /**
   * What was replayed may have been in the page cache only. The new generation will say that it
   * follows the last record, so that record has to be on the device first.
   */
  private void forceReplayed(Recovery<S> recovery) throws JournalException {
    long generation = Math.max(1, recovery.snapshotGeneration());
    for (; generation <= recovery.lastGeneration(); generation++) {
      GenerationFiles files = layout.generation(generation);
      try {
        if (files.cycle().toFile().exists()) {
          Durable.force(files.cycle());
        }
      } catch (IOException e) {
        throw new JournalException(
            files.cycle() + " could not be synced: " + Durable.reason(e) + "; mend its disk", e);
      }
    }
  }

  private GenerationWriter create(long generation, long firstSequence) throws JournalException {
    GenerationHeader header =
        new GenerationHeader(GenerationHeader.FORMAT, generation, firstSequence, random.nextLong());
    return GenerationWriter.create(layout.generation(generation), header);
  }
}

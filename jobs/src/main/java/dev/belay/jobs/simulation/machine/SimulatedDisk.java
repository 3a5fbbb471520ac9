package dev.belay.jobs.simulation.machine;

import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.journal.GenerationImage;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's data directory: generations of the journal, as the bytes that the real codec
 * writes, and the last snapshot. What was synced survives a power cut; of the rest any words do.
 */
public final class SimulatedDisk {
  /** A snapshot: its entries, and the last record that it covers. */
  private record Snapshot(List<SnapshotEntry> entries, long sequence) {}

  private final World world;
  private final List<GenerationImage> generations = new ArrayList<>();
  private Snapshot snapshot = new Snapshot(List.of(), 0);
  private long number;

  public SimulatedDisk(World world) {
    this.world = world;
  }

  /** The power goes, or the process is killed: then everything written is still there. */
  public void crash(boolean power) {
    if (generations.isEmpty()) {
      return;
    }
    int reached = power ? world.chance().below(1_001) : 1_000;
    int last = generations.size() - 1;
    GenerationImage newest = generations.get(last);
    generations.set(
        last,
        newest.afterPowerCut(
            word -> world.chance().permille(reached), !power || world.chance().oneIn(2)));
  }

  /**
   * Makes the state again: the snapshot, and the records since.
   *
   * @return the last sequence
   */
  public long recover(StateMachine state) throws JournalException {
    snapshot.entries.forEach(state::restore);
    return replay(generations, snapshot.sequence, state);
  }

  private static long replay(List<GenerationImage> generations, long from, StateMachine state)
      throws JournalException {
    long last = from;
    for (int i = 0; i < generations.size(); i++) {
      GenerationImage generation = generations.get(i);
      long end = i + 1 < generations.size() ? generations.get(i + 1).firstSequence() : 0;
      long before = last;
      last = generation.read(end, record -> apply(record, before, state));
    }
    return last;
  }

  private static void apply(JournalRecord record, long after, StateMachine state) {
    if (record.getSequence() > after) {
      record.getEventsList().forEach(state::apply);
    }
  }

  /** After a replay: a snapshot of it and a new generation are durable before anything else. */
  public GenerationImage begin(StateMachine recovered, long lastSequence) {
    generations.clear();
    snapshot = new Snapshot(entries(recovered), lastSequence);
    return generation(lastSequence + 1);
  }

  /** The journal has grown: a new generation begins, the snapshot comes later. */
  public GenerationImage roll() {
    return generation(newest().lastSequence() + 1);
  }

  private GenerationImage generation(long firstSequence) {
    GenerationImage image = GenerationImage.begin(++number, firstSequence, world.chance().next());
    generations.add(image);
    return image;
  }

  /**
   * Makes a snapshot in the background, from what lies on the disk before the newest generation.
   */
  public void compact(Supplier<StateMachine> fresh) throws JournalException {
    if (generations.size() < 2) {
      return;
    }
    StateMachine state = fresh.get();
    snapshot.entries.forEach(state::restore);
    GenerationImage newest = newest();
    long last = snapshot.sequence;
    for (int i = 0; i < generations.size() - 1; i++) {
      last =
          generations
              .get(i)
              .read(
                  generations.get(i + 1).firstSequence(),
                  record -> record.getEventsList().forEach(state::apply));
    }
    snapshot = new Snapshot(entries(state), last);
    generations.clear();
    generations.add(newest);
  }

  public @Nullable GenerationImage newestOrNull() {
    return generations.isEmpty() ? null : newest();
  }

  private GenerationImage newest() {
    return generations.get(generations.size() - 1);
  }

  /** Through bytes and back, so that nothing is shared with the state it came from. */
  private static List<SnapshotEntry> entries(StateMachine state) {
    List<SnapshotEntry> entries = new ArrayList<>();
    Consumer<SnapshotEntry> add = entry -> entries.add(reread(entry));
    state.snapshot(add);
    return entries;
  }

  private static SnapshotEntry reread(SnapshotEntry entry) {
    try {
      return SnapshotEntry.parseFrom(entry.toByteString());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException("an entry that cannot be read back", e);
    }
  }
}

package dev.belay.jobs.simulation.cluster;

import dev.belay.coordinator.journal.GenerationImage;
import dev.belay.coordinator.journal.Journal;
import dev.belay.jobs.simulation.machine.SimulatedDisk;
import dev.belay.runtime.proto.JournalRecord;
import java.util.function.Consumer;

/** A journal on the simulated disk. The process may die at each of its steps. */
final class SimulatedJournal implements Journal {
  /** How many records a generation has, so that they roll within a short life. */
  private static final int ROLL_RECORDS = 60;

  private final SimulatedDisk disk;
  private final Consumer<String> step;
  private final Runnable rolled;
  private GenerationImage image;

  /**
   * @param step told of each step, and may throw
   * @param rolled told when a new generation has begun
   */
  SimulatedJournal(
      SimulatedDisk disk, GenerationImage image, Consumer<String> step, Runnable rolled) {
    this.disk = disk;
    this.image = image;
    this.step = step;
    this.rolled = rolled;
  }

  long appended() {
    return image.lastSequence();
  }

  long synced() {
    return image.syncedSequence();
  }

  @Override
  public void append(JournalRecord record) {
    step.accept("before an append");
    image.append(record);
  }

  @Override
  public void sync() {
    step.accept("before a sync");
    image.sync();
    if (image.lastSequence() - image.firstSequence() + 1 >= ROLL_RECORDS) {
      image = disk.roll();
      rolled.run();
    }
    step.accept("after a sync");
  }

  @Override
  public void close() {}
}

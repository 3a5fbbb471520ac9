package dev.belay.bench.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import dev.belay.coordinator.loop.CoreLoop;
import dev.belay.coordinator.loop.Inbox;
import dev.belay.coordinator.loop.SteadyClock;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A coordinator without its network: the real loop, core and journal, and a fleet that answers on
 * the loop's own thread, so that each batch is what the last one made possible.
 */
public final class LoopDriver implements AutoCloseable {
  private static final long LIMIT_SECONDS = 120;
  private static final long HEARTBEAT_NANOS = Timing.DEFAULT.heartbeat().toNanos();

  private final DataDirectory data;
  private final Journal journal;
  private final CoreLoop loop;
  private final Fleet fleet;
  private volatile CompletableFuture<Void> jobDone = new CompletableFuture<>();
  private int jobsSeen;
  private long heartbeatNanos = System.nanoTime();

  /**
   * @param directory for the journal
   * @param slots of all workers together: so many partitions can be under way
   */
  public LoopDriver(Path directory, int slots) throws JournalException {
    data = DataDirectory.open(directory);
    JournalStore<RememberedCore> store =
        new JournalStore<>(
            data,
            () -> new RememberedCore(new Core(Timing.DEFAULT, "file:/none")),
            JournalSettings.defaults());
    Recovery<RememberedCore> recovery = store.recover();
    journal = store.begin(recovery);
    Inbox inbox = new Inbox();
    fleet = new Fleet(1, slots, true, inbox::submit);
    loop =
        new CoreLoop(
            recovery.target().core(),
            journal,
            recovery.lastSequence(),
            inbox,
            this::hear,
            new SteadyClock());
    fleet.join();
    loop.start();
  }

  /** On the loop's thread, as everything that the fleet does once the loop runs. */
  private void hear(Effect effect) {
    long now = System.nanoTime();
    if (now - heartbeatNanos > HEARTBEAT_NANOS) {
      heartbeatNanos = now;
      fleet.heartbeats();
    }
    fleet.hear(effect);
    if (fleet.jobsDone() > jobsSeen) {
      jobsSeen++;
      jobDone.complete(null);
    }
  }

  /** Runs a job of so many tiny partitions from its submission to its end. */
  public void run(int partitions, String key) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    jobDone = done;
    fleet.submit(partitions, key);
    CompletableFuture.anyOf(done, loop.ended()).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() throws JournalException {
    loop.stop();
    journal.close();
    data.close();
  }
}

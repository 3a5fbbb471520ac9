package dev.belay.jobs.simulation.cluster;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.StateMachine;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.loop.Outbox;
import dev.belay.coordinator.loop.Recipe;
import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.check.Violation;
import dev.belay.jobs.simulation.machine.Connection;
import dev.belay.jobs.simulation.machine.Network.Listener;
import dev.belay.jobs.simulation.machine.Network.Reply;
import dev.belay.jobs.simulation.machine.PowerCut;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Found;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.StreamClosed;
import dev.belay.runtime.simulation.MachineClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A coordinator's process: what a server's start, loop, connections and sweeper do, around the real
 * {@link Core} and the real {@link Recipe}. It may die at any step of a batch.
 */
final class CoordinatorProcess extends SimulatedProcess implements Listener {
  private static final long SOON_NANOS = 20_000;
  private static final long SWEEP_RETRY_MILLIS = 1_000;
  private static final int NEVER = -1;

  private final Cluster cluster;
  private final ServerStreams streams;
  private final Map<Long, Consumer<Reply>> requests = new LinkedHashMap<>();
  private final List<Command> inbox = new ArrayList<>();
  private final StateMachine core;
  private final SimulatedJournal journal;
  private final Recipe recipe;
  private long ids;
  private long wakesAtNanos = Long.MAX_VALUE;
  private long busyUntilNanos;
  private int stepsToDeath = NEVER;
  private boolean inBatch;
  private int deleting;

  /** Replays, and begins a new generation; nobody can reach it before {@link #open}. */
  CoordinatorProcess(Cluster cluster, MachineClock clock, long coordinatorStart) {
    super(cluster.world(), "coordinator", clock);
    this.cluster = cluster;
    this.streams = new ServerStreams(cluster, coordinatorStart, coordinatorStart % 2 == 0);
    Core real = new Core(Timing.DEFAULT, "sim:");
    core = cluster.seams().core(real);
    try {
      long last = cluster.disk().recover(core);
      cluster.checker().recovered(last, entries(core));
      journal =
          new SimulatedJournal(
              cluster.disk(), cluster.disk().begin(core, last), this::step, this::rolled);
      recipe =
          new Recipe(
              core, cluster.seams().journal(told(journal)), last, cluster.seams().outbox(outbox()));
      say("starts, with " + last + " records");
      if (!real.founded()) {
        inbox.add(Command.newBuilder().setFound(Found.newBuilder().setCluster("sim")).build());
      }
    } catch (JournalException | IllegalStateException e) {
      throw new Violation("the coordinator cannot start: " + e.getMessage(), e);
    }
  }

  /** The port is open, and the loop begins. */
  void open() {
    cluster.network().listen(this);
    inBatch(() -> recipe.resume(now()));
    if (alive()) {
      wakeAt(now().nanos());
      collectAgain();
    }
  }

  // ---- garbage

  private void collectAgain() {
    long every = cluster.cleaning().everyMillis();
    if (every > 0) {
      afterMillis(every, () -> collect(done -> collectAgain()));
    }
  }

  /** Looks through the store; told whether that came to its end. */
  void collect(Consumer<Boolean> done) {
    new Collection(this, cluster.store(), world.chance(), done).begin();
  }

  /** Ends an upload that nobody will finish. */
  void abandon(String key, Runnable done) {
    say("ends the upload of " + key);
    cluster.store().abandon(this, key, done);
  }

  boolean isDeleting() {
    return deleting > 0;
  }

  /** What it would write to a snapshot now. */
  List<SnapshotEntry> state() {
    return entries(core);
  }

  // ---- the loop

  private void wakeAt(long nanos) {
    if (nanos < wakesAtNanos) {
      wakesAtNanos = nanos;
      after(Math.max(0, nanos - now().nanos()), () -> wokenAt(nanos));
    }
  }

  private void wokenAt(long nanos) {
    if (nanos != wakesAtNanos) {
      return;
    }
    wakesAtNanos = Long.MAX_VALUE;
    List<Command> batch = new ArrayList<>(inbox);
    inbox.clear();
    long appended = journal.appended();
    inBatch(() -> process(batch));
    if (alive()) {
      long busy = journal.appended() > appended ? cluster.syncNanos() : 0;
      busyUntilNanos = now().nanos() + busy;
      wakeAt(Math.max(busyUntilNanos, inbox.isEmpty() ? recipe.dueNanos() : 0));
    }
  }

  private void process(List<Command> batch) {
    try {
      recipe.process(batch, now());
      cluster.checker().batchIsOver();
    } catch (JournalException e) {
      throw new Violation("the journal failed: " + e.getMessage(), e);
    }
  }

  /** Whatever a batch throws ends the process; a power cut is meant to. */
  private void inBatch(Runnable batch) {
    inBatch = true;
    try {
      batch.run();
      inBatch = false;
    } catch (PowerCut cut) {
      cluster.coordinatorDied("power cut " + cut.getMessage(), true);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new Violation("the coordinator's loop ended: " + e, e);
    }
  }

  private void take(Command.Builder command) {
    inbox.add(command.setReceivedNanos(now().nanos()).build());
    wakeAt(Math.max(busyUntilNanos, now().nanos() + SOON_NANOS));
  }

  /** Dies so many steps from now: appends, syncs, effects. */
  void dieAfter(int steps) {
    stepsToDeath = steps;
  }

  private void step(String where) {
    if (stepsToDeath > 0 && --stepsToDeath == 0) {
      throw new PowerCut(where);
    }
  }

  /**
   * Ends it. Between two batches its state must be what its journal says.
   *
   * @param power whether what was not synced is lost
   */
  void kill(boolean power) {
    if (!inBatch) {
      StateMachine replayed = cluster.seams().core(new Core(Timing.DEFAULT, "sim:"));
      try {
        cluster.disk().recover(replayed);
      } catch (JournalException e) {
        throw new Violation("a journal that cannot be read back: " + e.getMessage(), e);
      }
      Checker.same(entries(core), entries(replayed));
    }
    die();
    cluster.disk().crash(power);
  }

  // ---- the journal, and what is told of it

  private Journal told(Journal real) {
    return new Journal() {
      @Override
      public void append(JournalRecord record) throws JournalException {
        for (Event event : record.getEventsList()) {
          String words = Words.of(event);
          say("# " + words);
          cluster.decided(words);
        }
        cluster.checker().appended(record);
        real.append(record);
      }

      @Override
      public void sync() throws JournalException {
        real.sync();
      }

      @Override
      public void close() throws JournalException {
        real.close();
      }
    };
  }

  private void rolled() {
    after(SOON_NANOS, this::compact);
  }

  private void compact() {
    try {
      cluster.disk().compact(() -> cluster.seams().core(new Core(Timing.DEFAULT, "sim:")));
    } catch (JournalException e) {
      throw new Violation("a snapshot could not be made: " + e.getMessage(), e);
    }
  }

  private static List<SnapshotEntry> entries(StateMachine machine) {
    List<SnapshotEntry> entries = new ArrayList<>();
    machine.snapshot(entries::add);
    return entries;
  }

  // ---- effects

  private Outbox outbox() {
    return new Outbox() {
      @Override
      public void carryOut(Effect effect) {
        CoordinatorProcess.this.carryOut(effect);
      }

      @Override
      public void flush() {
        streams.flush();
      }
    };
  }

  private void carryOut(Effect effect) {
    step("between two effects");
    cluster.checker().letOut(effect, journal.appended(), journal.synced());
    if (effect instanceof Effect.Send send) {
      streams.send(send.stream(), send.message());
    } else if (effect instanceof Effect.Reply reply) {
      answer(reply.request(), new Reply(true, reply.message(), ""));
    } else if (effect instanceof Effect.Refuse refusal) {
      answer(refusal.request(), new Reply(true, null, refusal.message()));
    } else if (effect instanceof Effect.CloseStream close) {
      streams.close(close.stream());
    } else if (effect instanceof Effect.Delete deletion) {
      deleting++;
      sweep(deletion);
    }
  }

  private void answer(long request, Reply reply) {
    Consumer<Reply> answer = requests.remove(request);
    if (answer != null) {
      answer.accept(reply);
    }
  }

  private void sweep(Effect.Delete deletion) {
    cluster
        .store()
        .delete(
            this,
            deletion.keys(),
            deletion.prefix(),
            deletion.all(),
            done -> {
              if (done) {
                deleting--;
                take(
                    Command.newBuilder()
                        .setDeletionDone(
                            DeletionDone.newBuilder()
                                .setJob(deletion.job())
                                .addAllKeys(deletion.keys())
                                .setAll(deletion.all())));
              } else {
                afterMillis(SWEEP_RETRY_MILLIS, () -> sweep(deletion));
              }
            });
  }

  // ---- the network

  @Override
  public SimulatedProcess process() {
    return this;
  }

  @Override
  public long nextStream() {
    return ++ids;
  }

  @Override
  public void accept(Connection connection) {
    streams.accept(connection);
  }

  @Override
  public void received(long stream, FromWorker message) {
    cluster.checker().received(stream, message);
    take(Command.newBuilder().setStream(stream).setFromWorker(message));
  }

  @Override
  public void closed(long stream) {
    streams.closed(stream);
    take(Command.newBuilder().setStream(stream).setStreamClosed(StreamClosed.getDefaultInstance()));
  }

  @Override
  public void called(Command.Builder command, Consumer<Reply> answer) {
    long request = ++ids;
    requests.put(request, answer);
    take(command.setRequest(request));
  }
}

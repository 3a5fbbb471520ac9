package dev.belay.bench.scale;

import dev.belay.bench.coordinator.Fleet;
import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.loop.CoreLoop;
import dev.belay.coordinator.loop.Inbox;
import dev.belay.coordinator.loop.SteadyClock;
import dev.belay.runtime.proto.Answer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Very many workers at a coordinator's loop: each has its slots full of partitions of one large
 * job, sends a heartbeat a second, and now and then a checkpoint. What they send comes from a
 * thread of its own, evenly spread, at times that do not wait for answers: a coordinator that falls
 * behind is not spared.
 */
final class Crowd implements AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String LOOP_THREAD = "belay-coordinator";
  private static final long SETTLE_SECONDS = 60;
  private static final long PAUSE_NANOS = 200_000;
  private static final int SLOTS = 2;

  private final int workers;
  private final int checkpointsASecond;
  private final TimedCore core = new TimedCore(new Core(Timing.DEFAULT, "file:/none"));
  private final Times answers = new Times();
  private final Inbox inbox = new Inbox();
  private final CoreLoop loop;
  private final Fleet fleet;
  private final Thread sender = new Thread(this::send, "bench-fleet");
  private volatile boolean ending;

  /** When a checkpoint of a worker was due, until it is answered. */
  private final Map<Long, Long> asked = new ConcurrentHashMap<>();

  private volatile long sent;

  /**
   * @param journal stays the caller's
   * @param lastSequence of the journal
   */
  Crowd(int workers, int checkpointsASecond, Journal journal, long lastSequence) {
    this.workers = workers;
    this.checkpointsASecond = checkpointsASecond;
    fleet = new Fleet(workers, SLOTS, false, inbox::submit);
    loop = new CoreLoop(core, journal, lastSequence, inbox, this::hear, new SteadyClock());
    sender.setDaemon(true);
  }

  /** Returns when every slot is taken. */
  void gather(int partitions) throws IOException, InterruptedException {
    loop.start();
    fleet.join();
    fleet.submit(partitions, "crowd");
    sender.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    while (fleet.holding() < workers * SLOTS) {
      if (System.nanoTime() > deadline || loop.ended().isDone()) {
        throw new IOException(
            "%d of %d slots are taken after %d s"
                .formatted(fleet.holding(), workers * SLOTS, SETTLE_SECONDS));
      }
      Thread.sleep(10);
    }
  }

  /** What was seen while time passed. */
  record Seen(
      double seconds,
      double commands,
      double loopSeconds,
      double otherSeconds,
      long[] decisions,
      long[] batches,
      long[] answers) {}

  Seen watch(double seconds) throws IOException, InterruptedException {
    core.commands().forget();
    core.batches().forget();
    answers.forget();
    long sentBefore = sent;
    long loopBefore = cpu(LOOP_THREAD);
    long fleetBefore = cpu(sender.getName());
    long allBefore = ProcessTime.nanos();
    long began = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    double took = (System.nanoTime() - began) / 1e9;
    if (loop.ended().isDone()) {
      throw new IOException("the coordinator's loop has ended");
    }
    double own = (cpu(LOOP_THREAD) - loopBefore) / 1e9;
    double all = (ProcessTime.nanos() - allBefore - (cpu(sender.getName()) - fleetBefore)) / 1e9;
    return new Seen(
        took,
        sent - sentBefore,
        own,
        Math.max(0, all - own),
        core.commands().sorted(),
        core.batches().sorted(),
        answers.sorted());
  }

  private static long cpu(String thread) throws IOException {
    for (long id : THREADS.getAllThreadIds()) {
      var info = THREADS.getThreadInfo(id);
      if (info != null && info.getThreadName().equals(thread)) {
        return THREADS.getThreadCpuTime(id);
      }
    }
    throw new IOException("there is no thread " + thread);
  }

  /** Each message at its time, however late the one before was. */
  private void send() {
    long began = System.nanoTime();
    long beats = 0;
    long checkpoints = 0;
    while (!ending) {
      double elapsed = (System.nanoTime() - began) / 1e9;
      long beatsDue = (long) (elapsed * workers);
      long checkpointsDue = (long) (elapsed * checkpointsASecond);
      while (beats < beatsDue && !ending) {
        fleet.heartbeat(1 + beats % workers, 1 + beats / workers);
        beats++;
        sent++;
      }
      while (checkpoints < checkpointsDue && !ending) {
        long stream = 1 + checkpoints * 7 % workers;
        asked.put(stream, began + (long) (checkpoints * 1e9 / checkpointsASecond));
        fleet.checkpoint(stream, checkpoints / workers);
        checkpoints++;
        sent++;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** On the loop's thread. */
  private void hear(Effect effect) {
    if (effect instanceof Effect.Send send) {
      if (send.message().hasAnswer()
          && send.message().getAnswer().getVerdict() == Answer.Verdict.OK) {
        Long due = asked.remove(send.stream());
        if (due != null) {
          answers.add(System.nanoTime() - due);
        }
      }
    }
    fleet.hear(effect);
  }

  @Override
  public void close() {
    ending = true;
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.stop();
  }
}

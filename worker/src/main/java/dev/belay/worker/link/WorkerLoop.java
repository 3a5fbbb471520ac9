package dev.belay.worker.link;

import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.time.Now;
import dev.belay.worker.core.Effect;
import dev.belay.worker.core.LinkEnd;
import dev.belay.worker.core.Outcome;
import dev.belay.worker.core.WorkerCore;
import dev.belay.worker.task.RunningTask;
import dev.belay.worker.task.TaskStarter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Feeds the core and carries out its effects, on one thread at a time. Whatever happens elsewhere
 * (on the connection's threads, on the tasks') comes as an input through one queue; between inputs
 * the loop ticks when the core's deadline has come. It has a thread of its own, and a task's thread
 * that has come to its end takes a turn too, so that what follows from that end, often the next
 * task on that very thread, needs no other thread to wake. If anything here throws, that is a bug:
 * it is logged, and the worker ends with it.
 */
public final class WorkerLoop implements Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

  /** How many inputs are taken in a row before what follows from them is sent. */
  private static final int BATCH = 256;

  /** Something that happened, to be told to the core. */
  private interface Input {
    List<Effect> tell(WorkerCore core, Now now);
  }

  private final WorkerCore core;
  private final Link.Dialer dialer;
  private final Workshop workshop;
  private final Supplier<Signs> signs;
  private final Supplier<Now> clock;
  private final Thread thread;
  private final Inputs<Input> inputs;
  private final LoopReporter reporter;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  // For who has the turn.
  private final Outgoing outgoing = new Outgoing();
  private final Map<Lease, RunningTask> running = new LinkedHashMap<>();
  private @Nullable Thread opening;
  private @Nullable TaskStarter starter;
  private long meanTimeBetweenFailuresMillis;
  private @Nullable Link link;
  private long linkNumber;
  private boolean begun;

  /** Written by who has the turn. */
  private volatile @Nullable Outcome exit;

  /**
   * @param signs how this process fares; asked before each heartbeat
   */
  public WorkerLoop(
      String name,
      WorkerCore core,
      Link.Dialer dialer,
      Workshop workshop,
      Supplier<Signs> signs,
      Supplier<Now> clock) {
    this.core = core;
    this.dialer = dialer;
    this.workshop = workshop;
    this.signs = signs;
    this.clock = clock;
    this.thread = new Thread(this::run, "belay-worker-" + name);
    this.thread.setDaemon(true);
    this.inputs = new Inputs<>(thread, () -> clock.get().nanos());
    this.reporter =
        new LoopReporter(
            (report, ticket) -> inputs.putLazily((to, now) -> to.report(report, ticket, now)));
  }

  public void start() {
    thread.start();
  }

  /** Asks for everything to be given back. Any thread. */
  public void drain() {
    put(WorkerCore::drain);
  }

  /** Something has happened to this process that should be told at once. Any thread. */
  public void urgent() {
    put((core, now) -> core.signs(signs.get(), now));
  }

  /** Ends the worker at once. Any thread. */
  public void close() {
    put((core, now) -> core.end(new Outcome(Outcome.Kind.CLOSED, "closed"), now));
  }

  /**
   * Completes, never exceptionally, when the worker is at its end and its tasks have been told to
   * stop; some may still be on their way out.
   */
  public CompletableFuture<Outcome> outcome() {
    return outcome.copy();
  }

  @Override
  public void opened(long number) {
    put((core, now) -> core.linkOpened(number, now));
  }

  @Override
  public void received(long number, ToWorker message) {
    put(
        (core, now) -> {
          List<Effect> effects = core.received(number, message, now);
          taken(number);
          return effects;
        });
  }

  @Override
  public void closed(long number, LinkEnd end) {
    put((core, now) -> core.linkClosed(number, end, now));
  }

  private void taken(long number) {
    Link current = link;
    if (current != null && number == linkNumber) {
      current.taken();
    }
  }

  private void put(Input input) {
    inputs.put(input);
  }

  private void run() {
    try {
      long due = inputs.takeTurn(this::turn);
      while (exit == null) {
        inputs.sleep(due);
        due = inputs.takeTurn(this::turn);
      }
    } catch (InterruptedException e) {
      exit = new Outcome(Outcome.Kind.FAILED, "the worker's thread was interrupted");
    }
    Outcome last = Objects.requireNonNull(exit);
    long unused = inputs.takeTurn(() -> shutDown(last));
    outcome.complete(last);
  }

  /** Tells the core what has happened, and carries out what follows; nothing more after the end. */
  private long turn() {
    try {
      return exit == null ? step() : forget();
    } catch (Throwable e) {
      LOG.error("The worker's loop failed", e);
      exit =
          e instanceof OutOfMemoryError
              ? new Outcome(
                  Outcome.Kind.OUT_OF_MEMORY,
                  "this worker ran out of memory: start it with more heap (-Xmx) or fewer slots")
              : new Outcome(Outcome.Kind.FAILED, "a bug ended the worker: " + e + "; see its log");
      return clock.get().nanos();
    }
  }

  private long step() {
    if (!begun) {
      begun = true;
      carryOut(core.start(clock.get()));
    }
    Input input = inputs.poll();
    for (int more = BATCH; input != null; input = --more > 0 ? inputs.poll() : null) {
      carryOut(input.tell(core, clock.get()));
    }
    tickIfDue();
    long now = clock.get().nanos();
    outgoing.flushIfDue(now);
    return exit == null ? nextTurn(now) : now;
  }

  private long nextTurn(long now) {
    return now + Math.min(core.deadlineNanos().orElse(now) - now, outgoing.waitNanos(now));
  }

  private long forget() {
    while (inputs.poll() != null) {}
    return clock.get().nanos();
  }

  private void tickIfDue() {
    OptionalLong deadline = core.deadlineNanos();
    Now now = clock.get();
    if (deadline.isPresent() && now.nanos() - deadline.getAsLong() >= 0) {
      List<TaskProgress> progress = running.values().stream().map(RunningTask::progress).toList();
      carryOut(core.signs(signs.get(), now));
      carryOut(core.tick(now, progress));
    }
  }

  private void carryOut(List<Effect> effects) {
    effects.forEach(this::carryOut);
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send send) {
      send(send);
    } else if (effect instanceof Effect.Joined joined) {
      open(joined);
    } else if (effect instanceof Effect.Answered answered) {
      reporter.answered(answered.ticket(), answered.answer());
    } else if (effect instanceof Effect.Start start) {
      start(start);
    } else if (effect instanceof Effect.Stop stop) {
      stop(stop);
    } else if (effect instanceof Effect.DrainTask drain) {
      drain(drain);
    } else if (effect instanceof Effect.SplitTask split) {
      split(split);
    } else if (effect instanceof Effect.OpenLink open) {
      dial(open.link());
    } else if (effect instanceof Effect.CloseLink) {
      hangUp();
    } else if (effect instanceof Effect.MeanTimeBetweenFailures mean) {
      meanTimeBetweenFailures(mean.millis());
    } else if (effect instanceof Effect.Notice notice) {
      LOG.atLevel(notice.warning() ? Level.WARN : Level.INFO).log("{}", notice.text());
    } else if (effect instanceof Effect.Exit end) {
      exit = end.outcome();
    }
  }

  /** On a thread of its own, since a store may take its time: the heartbeats go on. */
  private void open(Effect.Joined joined) {
    opening = new Thread(() -> put(tryToOpen(joined)), thread.getName() + "-opening");
    opening.setDaemon(true);
    opening.start();
  }

  private Input tryToOpen(Effect.Joined joined) {
    try {
      TaskStarter opened = workshop.open(joined.cluster(), joined.store(), reporter);
      return (core, now) -> {
        starter = opened;
        opened.meanTimeBetweenFailures(meanTimeBetweenFailuresMillis);
        return core.ready(now);
      };
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("The store {} cannot be opened", joined.store(), e);
      String message =
          "this worker cannot use the cluster's store " + joined.store() + ": " + e.getMessage();
      return (core, now) -> core.unfit(new Outcome(Outcome.Kind.STORE_UNUSABLE, message), now);
    } catch (RuntimeException | Error e) {
      return (core, now) -> {
        throw e;
      };
    }
  }

  private void meanTimeBetweenFailures(long millis) {
    meanTimeBetweenFailuresMillis = millis;
    TaskStarter open = starter;
    if (open != null) {
      open.meanTimeBetweenFailures(millis);
    }
  }

  private TaskStarter starter() {
    TaskStarter open = starter;
    if (open == null) {
      throw new IllegalStateException("work before the store was opened");
    }
    return open;
  }

  private void dial(long number) {
    hangUp();
    linkNumber = number;
    Link dialled = dialer.dial(number, this);
    link = dialled;
    outgoing.use(dialled);
    reporter.use(dialled);
  }

  private void hangUp() {
    outgoing.flush();
    Link current = link;
    link = null;
    outgoing.use(null);
    reporter.use(null);
    if (current != null) {
      current.close();
    }
  }

  private void send(Effect.Send send) {
    if (send.link() == linkNumber) {
      outgoing.send(send.message());
    }
  }

  private void start(Effect.Start start) {
    RunningTask task = starter().start(start.assignment());
    Lease lease = start.assignment().getLease();
    running.put(lease, task);
    var unused =
        task.ended()
            .whenComplete(
                (done, failure) ->
                    inputs.putAndTake(
                        (core, now) -> {
                          running.remove(lease, task);
                          return core.taskEnded(lease, now);
                        },
                        this::turn));
  }

  private void stop(Effect.Stop stop) {
    RunningTask task = running.get(stop.lease());
    if (task != null) {
      task.stop(stop.reason());
    }
  }

  private void drain(Effect.DrainTask drain) {
    RunningTask task = running.get(drain.lease());
    if (task != null) {
      task.drain();
    }
  }

  private void split(Effect.SplitTask split) {
    RunningTask task = running.get(split.lease());
    if (task != null) {
      task.split(split.fraction());
    }
  }

  private long shutDown(Outcome last) {
    try {
      hangUp();
      reporter.end();
      Thread still = opening;
      if (still != null) {
        still.interrupt();
      }
      running.values().forEach(task -> task.stop(last.message()));
    } catch (Throwable e) {
      LOG.error("The worker could not be shut down in order", e);
    }
    return forget();
  }
}

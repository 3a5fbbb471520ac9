package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.job.TaskRun;
import dev.belay.jobs.simulation.job.Workplace;
import dev.belay.jobs.simulation.machine.Connection;
import dev.belay.jobs.simulation.machine.Network.Reply;
import dev.belay.jobs.simulation.machine.OutputFiles;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.simulation.MachineClock;
import dev.belay.runtime.time.Now;
import dev.belay.worker.core.Effect;
import dev.belay.worker.core.LinkEnd;
import dev.belay.worker.core.WorkerCore;
import dev.belay.worker.core.WorkerSettings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A worker's process: what its loop and its tasks do, around the real {@link WorkerCore}. Inputs
 * come one by one, each as an event of its own.
 */
final class WorkerProcess extends SimulatedProcess implements Workplace {
  /** What it takes to open the store; and how long one is waited for that says nothing. */
  private static final long MOST_OPENING_NANOS = 300_000_000L;

  private static final long TRY_OUT_NANOS = 3_000_000_000L;

  private final Cluster cluster;
  private final WorkerCore core;
  private final String incarnation;
  private final int slowness;
  private final Map<Lease, TaskRun> running = new LinkedHashMap<>();
  private final Set<TaskId> threads = new LinkedHashSet<>();
  private final Map<Long, Consumer<Answer>> waiting = new LinkedHashMap<>();
  private final Map<Long, Report> reports = new LinkedHashMap<>();
  private @Nullable Connection connection;
  private long link;
  private long tickets;
  private long tickAtNanos = Long.MAX_VALUE;
  private boolean storeFails;

  WorkerProcess(
      Cluster cluster,
      String name,
      MachineClock clock,
      String incarnation,
      int slots,
      int queue,
      int slow) {
    super(cluster.world(), name, clock);
    this.cluster = cluster;
    this.incarnation = incarnation;
    this.slowness = slow;
    core =
        new WorkerCore(
            new WorkerSettings(
                "coordinator:7070",
                name,
                incarnation,
                slots,
                queue,
                1,
                name + ".host",
                List.of(RangeJob.CODE),
                List.of(),
                "simulated",
                WorkerSettings.Patience.DEFAULT));
  }

  void start() {
    say("starts as " + incarnation);
    carryOut(core.start(now()));
  }

  /** SIGTERM. */
  void drain() {
    after(0, () -> input(core::drain));
  }

  /** SIGKILL, or the machine is gone: who is left of its connections is the caller's choice. */
  void kill() {
    die();
  }

  boolean works() {
    return !running.isEmpty();
  }

  // ---- the loop

  private void input(Function<Now, List<Effect>> tell) {
    carryOut(tell.apply(now()));
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : cluster.seams().effects(incarnation, effects)) {
      if (alive()) {
        carryOut(effect);
      }
    }
    awaitTick();
  }

  private void awaitTick() {
    OptionalLong deadline = core.deadlineNanos();
    if (!alive() || deadline.isEmpty() || deadline.getAsLong() >= tickAtNanos) {
      return;
    }
    long at = deadline.getAsLong();
    tickAtNanos = at;
    after(Math.max(0, at - now().nanos()), () -> tickAt(at));
  }

  private void tickAt(long nanos) {
    if (nanos != tickAtNanos) {
      return;
    }
    tickAtNanos = Long.MAX_VALUE;
    OptionalLong deadline = core.deadlineNanos();
    if (deadline.isPresent() && now().nanos() - deadline.getAsLong() >= 0) {
      lookAtStore();
      carryOut(core.tick(now(), running.values().stream().map(TaskRun::told).toList()));
    } else {
      awaitTick();
    }
  }

  private void lookAtStore() {
    if (storeFails) {
      storeFails = !store().isReachedBy(this);
      String trouble = storeFails ? "out of reach" : "";
      carryOut(core.signs(Signs.newBuilder().setStore(trouble).build(), now()));
    }
  }

  @Override
  public void storeFailed() {
    storeFails = true;
  }

  /** As a worker does that tries its store out before it begins. */
  private void open() {
    boolean reached = store().isReachedBy(this);
    storeFails |= !reached;
    after(
        reached ? world.chance().between(0, MOST_OPENING_NANOS) : TRY_OUT_NANOS,
        () -> input(core::ready));
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send send) {
      send(send);
    } else if (effect instanceof Effect.Joined) {
      open();
    } else if (effect instanceof Effect.Answered answered) {
      answered(answered);
    } else if (effect instanceof Effect.Start start) {
      begin(start.assignment());
    } else if (effect instanceof Effect.Stop stop) {
      TaskRun run = running.get(stop.lease());
      if (run != null) {
        say("stops " + Words.of(stop.lease()) + ": " + stop.reason());
        run.stop();
      }
    } else if (effect instanceof Effect.DrainTask drain) {
      TaskRun run = running.get(drain.lease());
      if (run != null) {
        run.drain();
      }
    } else if (effect instanceof Effect.SplitTask split) {
      TaskRun run = running.get(split.lease());
      if (run != null) {
        run.split(split.fraction());
      }
    } else if (effect instanceof Effect.OpenLink open) {
      dial(open.link());
    } else if (effect instanceof Effect.CloseLink) {
      hangUp();
    } else if (effect instanceof Effect.Exit exit) {
      say("exits: " + exit.outcome().kind());
      die();
      cluster.exited(this);
    }
  }

  // ---- the link

  private void dial(long number) {
    hangUp();
    link = number;
    cluster
        .network()
        .dial(
            this,
            opened -> {
              if (link == number) {
                connection = opened;
              } else {
                opened.closeByClient();
              }
            },
            new Connection.Client() {
              @Override
              public void opened() {
                input(now -> core.linkOpened(number, now));
              }

              @Override
              public void received(ToWorker message) {
                world.trace().quiet(message.getKindCase().getNumber());
                input(now -> core.received(number, message, now));
              }

              @Override
              public void closed(boolean refused, String why) {
                input(now -> core.linkClosed(number, LinkEnd.lost(why), now));
              }
            });
  }

  private void hangUp() {
    Connection current = connection;
    connection = null;
    link = 0;
    if (current != null) {
      current.closeByClient();
    }
  }

  private void send(Effect.Send send) {
    Connection current = connection;
    if (current != null && send.link() == link) {
      FromWorker message = send.message();
      cluster.tell(name(), "coordinator", Words.of(message));
      current.send(message);
    }
  }

  // ---- tasks

  private void begin(Assignment assignment) {
    Lease lease = assignment.getLease();
    cluster.checker().begins(incarnation, assignment);
    Checker.alone(threads.add(lease.getTask()), lease);
    TaskRun run = cluster.seams().run(this, assignment);
    running.put(lease, run);
    after(0, run::begin);
  }

  @Override
  public void left(Lease lease) {
    after(
        0,
        () -> {
          threads.remove(lease.getTask());
          running.remove(lease);
          input(now -> core.taskEnded(lease, now));
        });
  }

  @Override
  public void report(Report.Builder builder, Consumer<Answer> answer) {
    Report report = builder.build();
    cluster.checker().reports(incarnation, report);
    long ticket = ++tickets;
    waiting.put(ticket, answer);
    reports.put(ticket, report);
    after(
        0,
        () -> input(now -> core.report(cluster.seams().report(incarnation, report), ticket, now)));
  }

  private void answered(Effect.Answered answered) {
    Consumer<Answer> answer = waiting.remove(answered.ticket());
    Report report = reports.remove(answered.ticket());
    if (answer != null && report != null) {
      if (answered.answer().getVerdict() == Verdict.OK) {
        cluster.checker().acknowledged(report);
      }
      after(0, () -> answer.accept(answered.answer()));
    }
  }

  @Override
  public void completions(ListCompletionsRequest request, Consumer<Reply> answer) {
    cluster.call(this, Command.newBuilder().setListCompletions(request), answer);
  }

  @Override
  public SimulatedProcess process() {
    return this;
  }

  @Override
  public SimulatedStore store() {
    return cluster.store();
  }

  @Override
  public OutputFiles files() {
    return cluster.files();
  }

  @Override
  public RangeJob job(String name) {
    return cluster.jobs().job(name);
  }

  @Override
  public boolean stumbles(RangeJob job, long number) {
    return cluster.jobs().stumbles(job, number);
  }

  @Override
  public boolean hangs(RangeJob job, long number) {
    return cluster.jobs().hangs(job, number);
  }

  @Override
  public int slowness() {
    return slowness;
  }

  @Override
  public void say(Lease lease, String what) {
    say(Words.of(lease) + " " + what);
  }
}

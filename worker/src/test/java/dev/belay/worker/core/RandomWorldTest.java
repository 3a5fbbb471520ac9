package dev.belay.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The core in a world that loses, repeats, delays and reorders messages, cuts links, restarts the
 * coordinator, puts the process to sleep and takes leases back, all drawn from a seed; then the
 * world turns kind, and everything must finish.
 */
class RandomWorldTest {
  private static final int TASKS = 40;

  /** Of leases at a time, some in slots and the rest queued. */
  private static final int LEASES = 8;

  private static final long MILLI = 1_000_000;
  private static final long KIND_FROM_MILLIS = 40_000;
  private static final long END_MILLIS = 400_000;

  /** Waits for the first contact as long as the world is unkind. */
  private static final WorkerSettings PATIENT =
      Scene.with(WorkerSettings.Patience.DEFAULT.withFirstContactMillis(END_MILLIS));

  static List<Long> seeds() {
    Long one = Long.getLong("belay.seed");
    if (one != null) {
      return List.of(one);
    }
    List<Long> seeds = new ArrayList<>();
    for (long seed = 0; seed < 100; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest(name = "-Dbelay.seed={0}")
  @MethodSource("seeds")
  void startsOnceOneThreadATaskAndFinishes(long seed) {
    World world = new World(seed);
    world.run();
    assertThat(world.trace).as("trace").isNotEmpty();
    assertThat(world.coordinator.completions()).isEqualTo(TASKS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20, 300})
  void theSameSeedGivesTheSameTrace(long seed) {
    World one = new World(seed);
    World other = new World(seed);
    one.run();
    other.run();
    assertThat(one.trace).isEqualTo(other.trace);
  }

  private record Event(long nanos, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(nanos, other.nanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** A task with a thread, as far as the core can tell. */
  private static final class Worked {
    private static final int STEPS = 6;

    boolean stopped;
    int steps;

    boolean working() {
      return !stopped && steps < STEPS;
    }
  }

  private static final class World {
    final List<String> trace = new ArrayList<>();
    final ModelCoordinator coordinator = new ModelCoordinator(TASKS, this::toWorker);
    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final WorkerCore core = new WorkerCore(PATIENT);
    private final Map<Lease, Worked> threads = new LinkedHashMap<>();
    private final Map<TaskId, Lease> byTask = new LinkedHashMap<>();
    private final Set<Lease> started = new HashSet<>();
    private final Map<Long, Lease> unanswered = new LinkedHashMap<>();
    private long nanos;
    private long order;
    private long link;
    private boolean linkUp;
    private long tickets;
    private long asleepUntil;

    World(long seed) {
      random = new Random(seed);
    }

    void run() {
      carryOut(core.start(now()));
      every(50, () -> coordinator.assigns(LEASES));
      every(
          400,
          () -> {
            if (unkind()) {
              mischief();
            }
          });
      while (!events.isEmpty() && events.peek().nanos < END_MILLIS * MILLI) {
        Event event = events.poll();
        nanos = event.nanos;
        event.action.run();
        tickIfDue();
      }
      assertThat(unanswered).as("unanswered reports").isEmpty();
    }

    private boolean unkind() {
      return nanos < KIND_FROM_MILLIS * MILLI;
    }

    private void mischief() {
      switch (random.nextInt(12)) {
        case 0 -> coordinator.restart();
        case 1, 2 -> coordinator.revokes();
        case 3 -> asleepUntil = nanos + random.nextInt(8_000) * MILLI;
        case 4, 5 -> cut();
        default -> {}
      }
    }

    private void cut() {
      long broken = link;
      linkUp = false;
      later(random.nextInt(300), () -> told(core.linkClosed(broken, LinkEnd.lost("cut"), now())));
    }

    private void every(long millis, Runnable action) {
      later(
          millis,
          () -> {
            action.run();
            every(millis, action);
          });
    }

    private void later(long millis, Runnable action) {
      events.add(new Event(nanos + millis * MILLI, ++order, action));
    }

    /** Something for the worker's process, which hears it when it is awake. */
    private void worker(long millis, Supplier<List<Effect>> input) {
      later(
          millis,
          () -> {
            if (nanos < asleepUntil) {
              worker((asleepUntil - nanos) / MILLI + 1, input);
            } else {
              told(input.get());
            }
          });
    }

    private void told(List<Effect> effects) {
      carryOut(effects);
    }

    private void tickIfDue() {
      OptionalLong deadline = core.deadlineNanos();
      if (nanos >= asleepUntil && deadline.isPresent() && nanos >= deadline.getAsLong()) {
        carryOut(core.tick(now(), List.of()));
      }
      deadline = core.deadlineNanos();
      if (deadline.isPresent()) {
        long wait = Math.max(deadline.getAsLong(), asleepUntil) - nanos;
        if (events.isEmpty() || events.peek().nanos > nanos + wait) {
          later(wait / MILLI + 1, () -> {});
        }
      }
    }

    private Now now() {
      return new Now(nanos, nanos / MILLI);
    }

    /** How often a message arrives, and when; in order and once when the world is kind. */
    private void deliver(Runnable action) {
      if (!unkind()) {
        later(1, action);
        return;
      }
      if (random.nextInt(20) == 0) {
        return;
      }
      for (int copies = random.nextInt(20) == 0 ? 2 : 1; copies > 0; copies--) {
        later(random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(5), action);
      }
    }

    private void toWorker(long number, ToWorker message) {
      deliver(() -> worker(0, () -> core.received(number, message, now())));
    }

    private void carryOut(List<Effect> effects) {
      for (Effect effect : effects) {
        trace.add(nanos + " " + effect);
        carryOut(effect);
      }
    }

    private void carryOut(Effect effect) {
      if (effect instanceof Effect.OpenLink open) {
        link = open.link();
        linkUp = true;
        worker(random.nextInt(20), () -> core.linkOpened(open.link(), now()));
      } else if (effect instanceof Effect.CloseLink) {
        linkUp = false;
      } else if (effect instanceof Effect.Joined) {
        worker(random.nextInt(4_000), () -> core.ready(now()));
      } else if (effect instanceof Effect.Send send) {
        assertThat(send.link()).isEqualTo(link);
        if (linkUp) {
          deliver(() -> coordinator.receives(send.link(), send.message()));
        }
      } else if (effect instanceof Effect.Start start) {
        start(start.assignment());
      } else if (effect instanceof Effect.Stop stop) {
        stop(stop.lease());
      } else if (effect instanceof Effect.Answered answered) {
        answered(answered);
      }
      assertThat(effect).isNotInstanceOf(Effect.Exit.class);
    }

    private void start(Assignment assignment) {
      Lease lease = assignment.getLease();
      assertThat(started.add(lease)).as("started twice: " + Scene.text(lease)).isTrue();
      assertThat(byTask.put(lease.getTask(), lease)).as("two threads of a task").isNull();
      threads.put(lease, new Worked());
      assertThat(threads.values().stream().filter(Worked::working).count())
          .as("working at a time")
          .isLessThanOrEqualTo(PATIENT.slots());
      step(lease);
    }

    private void step(Lease lease) {
      later(
          50 + random.nextInt(400),
          () -> {
            Worked task = threads.get(lease);
            if (task == null || task.stopped) {
              return;
            }
            if (nanos < asleepUntil) {
              step(lease);
            } else if (++task.steps < Worked.STEPS) {
              report(lease, Report.newBuilder().setCheckpoint(Checkpoint.getDefaultInstance()));
              step(lease);
            } else {
              report(lease, Report.newBuilder().setCompleted(Completed.getDefaultInstance()));
              if (random.nextBoolean()) {
                // A thread need not wait for the answer to its last word.
                leave(lease);
              }
            }
          });
    }

    private void report(Lease lease, Report.Builder report) {
      long ticket = ++tickets;
      unanswered.put(ticket, lease);
      carryOut(core.report(report.setLease(lease).build(), ticket, now()));
    }

    private void answered(Effect.Answered answered) {
      Lease lease = unanswered.remove(answered.ticket());
      if (lease == null) {
        throw new AssertionError("answered twice: " + answered);
      }
      Worked task = threads.get(lease);
      boolean over = task != null && (task.stopped || task.steps >= Worked.STEPS);
      assertThat(answered.answer().getVerdict()).isNotEqualTo(Answer.Verdict.VERDICT_UNSPECIFIED);
      if (over && !unanswered.containsValue(lease)) {
        leave(lease);
      }
    }

    private void stop(Lease lease) {
      Worked task = threads.get(lease);
      if (task == null) {
        throw new AssertionError("stopped, but not running: " + Scene.text(lease));
      }
      assertThat(task.stopped).as("stopped twice").isFalse();
      task.stopped = true;
      leave(lease);
    }

    private void leave(Lease lease) {
      worker(
          random.nextInt(500),
          () -> {
            if (threads.remove(lease) != null) {
              byTask.remove(lease.getTask());
              return core.taskEnded(lease, now());
            }
            return List.of();
          });
    }
  }
}

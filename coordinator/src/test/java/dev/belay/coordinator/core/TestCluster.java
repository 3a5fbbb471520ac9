package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Found;
import dev.belay.runtime.proto.FoundGeneration;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.StreamClosed;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A core, driven the way the loop drives it: decide, apply, and at the end of a batch Place and
 * announce; only then does anybody see the effects. After each batch it checks what must always
 * hold, and that two replicas, one fed with all events, one restored from a snapshot on the way,
 * have become the same.
 *
 * <p>Time stands still unless a test moves it. A crash forgets everything but the journal.
 */
final class TestCluster {
  static final String ID = "c1";
  private static final Timing TIMING = Timing.DEFAULT;
  private static final long MILLI = 1_000_000L;

  /** Events of all batches so far: the journal. */
  final List<Event> journal = new ArrayList<>();

  /** How long it was after each batch. */
  final List<Integer> ends = new ArrayList<>();

  final List<Effect.Delete> deletions = new ArrayList<>();
  final History history = new History();

  private final Map<Long, TestWorker> streams = new LinkedHashMap<>();
  private final Map<Long, Message> replies = new LinkedHashMap<>();
  private final Map<Long, Effect.Refuse> refusals = new LinkedHashMap<>();

  Core core = fresh();
  private Core replica = fresh();
  private Core restored = fresh();
  private boolean checking = true;
  private long nanos = 5_000_000_000L;
  private long wallMillis = 1_000_000L;
  private long lastStream;
  private long lastRequest;
  private int batches;

  TestCluster() {
    core.resume(now());
    batch(Command.newBuilder().setFound(Found.newBuilder().setCluster(ID)).build());
  }

  static Core fresh() {
    return new Core(TIMING, "file:/store");
  }

  /** For jobs so large that replicas and whole snapshots of them take long. */
  TestCluster unchecked() {
    checking = false;
    return this;
  }

  Now now() {
    return new Now(nanos, wallMillis);
  }

  long nanos() {
    return nanos;
  }

  /** Somebody sets the wall clock. */
  void setWallClock(long byMillis) {
    wallMillis += byMillis;
  }

  /** Time passes unseen: the coordinator is away. */
  void stall(long millis) {
    nanos += millis * MILLI;
    wallMillis += millis;
  }

  /** Time passes, with a look at the clock every 50 ms, and nobody saying anything. */
  void pass(long millis) {
    for (long left = millis; left > 0; left -= 50) {
      stall(Math.min(50, left));
      tick();
    }
  }

  void tick() {
    batch(command().setTick(Tick.getDefaultInstance()).build());
  }

  Command.Builder command() {
    return Command.newBuilder().setReceivedNanos(nanos);
  }

  // ---- the loop

  /** Takes commands as one batch; returns what it wrote to the journal. */
  List<Event> batch(Command... commands) {
    int before = journal.size();
    List<Effect> effects = new ArrayList<>();
    for (Command command : commands) {
      effects.addAll(step(command));
    }
    effects.addAll(step(command().setPlace(Place.getDefaultInstance()).build()));
    effects.addAll(core.announce());
    List<Event> written = List.copyOf(journal.subList(before, journal.size()));
    ends.add(journal.size());
    if (checking) {
      written.forEach(replica::apply);
      written.forEach(restored::apply);
      check();
    }
    effects.forEach(this::carryOut);
    return written;
  }

  /** Lets another worker begin a partition that is held, as if it were found to be slow. */
  void speculate(Hold first) {
    for (Event event : core.speculate(first, now()).events()) {
      history.before(core.state(), event);
      core.apply(event);
      journal.add(event);
      if (checking) {
        replica.apply(event);
        restored.apply(event);
      }
    }
    batch();
  }

  private List<Effect> step(Command command) {
    List<SnapshotEntry> before = checking ? snapshot(core) : List.of();
    Decision decision = core.decide(command, now());
    if (checking && !decision.events().isEmpty()) {
      assertThat(snapshot(core)).as("deciding changes nothing").isEqualTo(before);
    }
    for (Event event : decision.events()) {
      history.before(core.state(), event);
      core.apply(event);
      history.after(core.state(), event);
      journal.add(event);
    }
    if (checking && command.hasPlace()) {
      PlacementRules.check(core, decision.events());
    }
    return decision.effects();
  }

  private void check() {
    Invariants.check(core.state());
    core.state().jobs.values().forEach(this::checkProgress);
    List<SnapshotEntry> live = snapshot(core);
    assertThat(snapshot(replica)).as("a replica fed with all events").isEqualTo(live);
    assertThat(snapshot(restored)).as("a replica restored from a snapshot").isEqualTo(live);
    if (batches++ % 3 == 0) {
      restored = restore(live);
      assertThat(snapshot(restored)).as("a snapshot of what was restored").isEqualTo(live);
      Invariants.check(restored.state());
    }
  }

  private void checkProgress(JobRecord job) {
    double parts = 0;
    for (TaskRecord partition : job.partitions) {
      parts += core.jobProgress().part(partition);
    }
    assertThat(core.jobProgress().of(job).getDone())
        .as("how far %s has come, counted anew", job.id)
        .isEqualTo(Math.round(parts + 1000 * job.weightSucceeded));
  }

  static List<SnapshotEntry> snapshot(Core core) {
    List<SnapshotEntry> entries = new ArrayList<>();
    core.snapshot(entries::add);
    return entries;
  }

  static Core restore(List<SnapshotEntry> entries) {
    Core core = fresh();
    entries.forEach(core::restore);
    return core;
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send send) {
      TestWorker worker = streams.get(send.stream());
      if (worker != null) {
        worker.receive(send.message().build());
      }
    } else if (effect instanceof Effect.Reply reply) {
      assertThat(replies.put(reply.request(), reply.message())).isNull();
    } else if (effect instanceof Effect.Refuse refuse) {
      assertThat(refusals.put(refuse.request(), refuse)).isNull();
    } else if (effect instanceof Effect.CloseStream close) {
      TestWorker worker = streams.remove(close.stream());
      if (worker != null && worker.stream == close.stream()) {
        worker.disconnected();
      }
    } else if (effect instanceof Effect.Delete delete) {
      history.deleted(core.state(), delete);
      deletions.add(delete);
    }
  }

  /** The process dies and starts again, from the journal alone or from a snapshot before it. */
  void crash(boolean snapshot) {
    List<SnapshotEntry> last = snapshot(core);
    List.copyOf(streams.values()).forEach(TestWorker::disconnected);
    streams.clear();
    core = snapshot ? restore(last) : fresh();
    if (!snapshot) {
      journal.forEach(core::apply);
    }
    core.resume(now()).forEach(this::carryOut);
    if (checking) {
      check();
    }
  }

  /**
   * The region is lost, and the cluster goes on elsewhere from a mirror that lacks what the last
   * batches decided.
   *
   * @param lost how many batches that is
   */
  void recoverElsewhere(int lost) {
    int next = core.state().epochGeneration + 1;
    int kept = ends.get(Math.max(0, ends.size() - 1 - lost));
    ends.removeIf(end -> end > kept);
    journal.subList(kept, journal.size()).clear();
    history.forget();
    core = fresh();
    for (Event event : journal) {
      history.before(core.state(), event);
      core.apply(event);
      history.after(core.state(), event);
    }
    replica = restore(snapshot(core));
    restored = restore(snapshot(core));
    crash(true);
    while (core.state().epochGeneration < next) {
      batch(
          command()
              .setFoundGeneration(FoundGeneration.newBuilder().setEpochGeneration(next))
              .build());
    }
  }

  // ---- the network

  long open(TestWorker worker) {
    streams.put(++lastStream, worker);
    return lastStream;
  }

  /** A worker's message arrives, alone in its batch. */
  List<Event> deliver(long stream, FromWorker message) {
    return batch(from(stream, message));
  }

  Command from(long stream, FromWorker message) {
    return command().setStream(stream).setFromWorker(message).build();
  }

  Command closing(long stream) {
    streams.remove(stream);
    return command().setStream(stream).setStreamClosed(StreamClosed.getDefaultInstance()).build();
  }

  // ---- people

  /** Submits and returns the id. */
  String submit(JobSpec spec) {
    return submit("key-" + (lastRequest + 1), spec);
  }

  String submit(String key, JobSpec spec) {
    Message reply = ask(command().setSubmit(SubmitRequest.newBuilder().setKey(key).setSpec(spec)));
    return reply instanceof SubmitReply submitted ? submitted.getJob() : "";
  }

  /** Null if it was refused: see {@link #refusal}. */
  @Nullable Message cancel(String job) {
    return ask(command().setCancelJob(CancelJobRequest.newBuilder().setJob(job)));
  }

  JobDescription describe(String job) {
    Message reply = ask(command().setDescribeJob(DescribeJobRequest.newBuilder().setJob(job)));
    return (JobDescription) requireNonNull(reply);
  }

  /** A page of its partitions. */
  JobDescription describe(DescribeJobRequest.Builder page) {
    return (JobDescription) requireNonNull(ask(command().setDescribeJob(page)));
  }

  /** Returns the reply; null if it was refused. Every request is answered in its batch. */
  @Nullable Message ask(Command.Builder command) {
    long request = ++lastRequest;
    batch(command.setRequest(request).build());
    assertThat(replies.containsKey(request) ^ refusals.containsKey(request))
        .as("one answer")
        .isTrue();
    return replies.get(request);
  }

  Effect.@Nullable Refuse refusal() {
    return refusals.get(lastRequest);
  }

  TaskRecord partition(String job, int index) {
    return job(job).partitions[index];
  }

  JobRecord job(String id) {
    return requireNonNull(core.state().job(id));
  }

  static JobSpec spec() {
    return JobSpec.newBuilder().setJob("count").build();
  }
}

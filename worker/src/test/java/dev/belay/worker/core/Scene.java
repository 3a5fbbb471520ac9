package dev.belay.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Plays the world around a {@link WorkerCore}: the coordinator, the network, the tasks and the
 * clock. What the core does is written down as lines, one an effect, which a test reads with {@link
 * #does}.
 *
 * <p>A lease is written {@code p3@7}: partition 3 of the job j under epoch 1.7.
 */
final class Scene {
  static final WorkerSettings SETTINGS = with(WorkerSettings.Patience.DEFAULT);

  private final WorkerCore core;
  private final List<String> lines = new ArrayList<>();

  /** Wraps around a few seconds into the scene, as a monotonic clock may. */
  private long nanos = Long.MAX_VALUE - 3_000_000_000L;

  private long coordinatorStart = 100;
  private long stream = 1;
  private long revision;
  private long link;
  private List<TaskProgress> progress = List.of();

  static WorkerSettings with(WorkerSettings.Patience patience) {
    return new WorkerSettings(
        "127.0.0.1:7070",
        "w1",
        "incarnation-1",
        2,
        8,
        4711,
        "host",
        List.of("count"),
        List.of(),
        "0.1.0",
        patience);
  }

  Scene() {
    this(SETTINGS);
  }

  Scene(WorkerSettings settings) {
    core = new WorkerCore(settings);
  }

  /** A scene in which the worker has joined and nothing is noted yet. */
  static Scene joined() {
    Scene scene = new Scene().start().opened().welcome().ready().desired(whole());
    scene.lines.clear();
    return scene;
  }

  // The inputs.

  Scene start() {
    return note(core.start(now()));
  }

  Scene opened() {
    return note(core.linkOpened(link, now()));
  }

  Scene closed(String why) {
    return closed(link, LinkEnd.lost(why));
  }

  Scene closed(long number, LinkEnd end) {
    return note(core.linkClosed(number, end, now()));
  }

  Scene welcome() {
    return welcome(Welcome.newBuilder());
  }

  /** With what the builder does not say filled in. */
  Scene welcome(Welcome.Builder welcome) {
    revision = 0;
    if (welcome.getProtocol() == 0) {
      welcome.setProtocol(1);
    }
    if (welcome.getCluster().isEmpty()) {
      welcome.setCluster("c1");
    }
    if (welcome.getStore().isEmpty()) {
      welcome.setStore("file:/store");
    }
    return receives(
        message().setWelcome(welcome.setHeartbeatIntervalMillis(500).setLeaseMillis(5000)));
  }

  Scene desired(Desired desired) {
    return receives(message().setDesired(desired));
  }

  Scene answers(long number, String lease, Answer.Verdict verdict) {
    return receives(
        message()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(number)
                    .setLease(lease(lease))
                    .setVerdict(verdict)
                    .setMessage(verdict == Answer.Verdict.REFUSED ? "old" : "")));
  }

  Scene rejected(Rejected.Code code, String text) {
    return receives(message().setRejected(Rejected.newBuilder().setCode(code).setMessage(text)));
  }

  Scene acknowledges(long heartbeat) {
    return receives(message().setHeartbeatAck(HeartbeatAck.newBuilder().setNumber(heartbeat)));
  }

  Scene receives(ToWorker.Builder message) {
    return note(core.received(link, message.build(), now()));
  }

  /** The next message of this coordinator on this stream. */
  ToWorker.Builder message() {
    return ToWorker.newBuilder()
        .setCoordinatorStart(coordinatorStart)
        .setStream(stream)
        .setRevision(++revision);
  }

  Scene reports(long ticket, Report.Builder report) {
    return note(core.report(report.build(), ticket, now()));
  }

  Scene taskEnded(String lease) {
    return note(core.taskEnded(lease(lease), now()));
  }

  Scene progress(String lease, long done) {
    progress =
        List.of(
            TaskProgress.newBuilder()
                .setLease(lease(lease))
                .setProgress(Progress.newBuilder().setDone(done))
                .build());
    return this;
  }

  Scene signs(Signs.Builder signs) {
    return note(core.signs(signs.build(), now()));
  }

  Scene drain() {
    return note(core.drain(now()));
  }

  Scene ready() {
    return note(core.ready(now()));
  }

  Scene unfit(Outcome outcome) {
    return note(core.unfit(outcome, now()));
  }

  Scene end(Outcome outcome) {
    return note(core.end(outcome, now()));
  }

  /** Time passes, and the loop ticks whenever the core asked for it. */
  Scene passes(long millis) {
    long until = nanos + millis * 1_000_000;
    while (true) {
      OptionalLong deadline = core.deadlineNanos();
      if (deadline.isEmpty() || deadline.getAsLong() - until > 0) {
        break;
      }
      if (deadline.getAsLong() - nanos > 0) {
        nanos = deadline.getAsLong();
      }
      note(core.tick(now(), progress));
    }
    nanos = until;
    return this;
  }

  /** Time passes while a live coordinator acknowledges each heartbeat at once. */
  Scene passesAcknowledged(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      passes(100);
      acknowledges(1);
    }
    return this;
  }

  /** The process is stopped meanwhile: time passes without a tick. */
  Scene sleeps(long millis) {
    nanos += millis * 1_000_000;
    return this;
  }

  /** The link breaks, the backoff passes, and a new one is up, on which the next stream lies. */
  Scene reconnects() {
    stream++;
    return closed("connection reset").passes(1_000).opened();
  }

  Scene coordinatorRestarts() {
    coordinatorStart++;
    return this;
  }

  // The effects.

  /** Asserts what the core did since this was last asked. */
  Scene does(String... expected) {
    List<String> seen = new ArrayList<>(lines);
    lines.clear();
    assertThat(seen).containsExactly(expected);
    return this;
  }

  /** As {@link #does}, without the heartbeats. */
  Scene doesBesideHeartbeats(String... expected) {
    lines.removeIf(line -> line.startsWith("send heartbeat"));
    return does(expected);
  }

  Scene forget() {
    lines.clear();
    return this;
  }

  List<String> lines() {
    return lines;
  }

  private Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  private Scene note(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.OpenLink open) {
        link = open.link();
      }
      lines.add(EffectLine.of(effect));
    }
    return this;
  }

  // Building messages.

  static Lease lease(String text) {
    int at = text.indexOf('@');
    return Lease.newBuilder()
        .setTask(
            TaskId.newBuilder()
                .setJob("j")
                .setKind(TaskKind.PARTITION)
                .setIndex(Integer.parseInt(text.substring(1, at))))
        .setEpoch(Epochs.of(1, Long.parseLong(text.substring(at + 1))))
        .build();
  }

  static String text(Lease lease) {
    return "p" + lease.getTask().getIndex() + "@" + lease.getEpoch().getCounter();
  }

  /** The whole set, with the digest that belongs to it. */
  static Desired whole(String... leases) {
    Desired.Builder desired = assign(leases).toBuilder().setWhole(true);
    return desired.setDigest(digest(leases)).build();
  }

  /** A change; the digest is to be set. */
  static Desired assign(String... leases) {
    Desired.Builder desired = Desired.newBuilder();
    for (String lease : leases) {
      desired.addAssign(Assignment.newBuilder().setLease(lease(lease)));
    }
    return desired.build();
  }

  static Desired revoke(String... leases) {
    Desired.Builder desired = Desired.newBuilder();
    for (String lease : leases) {
      desired.addRevoke(Revocation.newBuilder().setLease(lease(lease)).setReason("revoked"));
    }
    return desired.build();
  }

  /** Asks for leases of the set that is desired anyway. */
  static Desired yield(Desired change, String... leases) {
    Desired.Builder desired = change.toBuilder();
    for (String lease : leases) {
      desired.addYield(Revocation.newBuilder().setLease(lease(lease)).setReason("paused"));
    }
    return desired.build();
  }

  /** The change with the digest of the set that it leads to. */
  static Desired leadingTo(Desired change, String... leases) {
    return change.toBuilder().setDigest(digest(leases)).build();
  }

  static long digest(String... leases) {
    return DesiredDigest.of(Arrays.stream(leases).map(Scene::lease).toList());
  }

  static Report.Builder report(String lease) {
    return Report.newBuilder().setLease(lease(lease));
  }
}

package dev.belay.worker.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskProgress;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A worker's decisions, as a state machine: each input (a message, a link that opened or closed, a
 * task that ended, a report to be made, the time) returns the effects that the loop around it has
 * to carry out, in that order. It has no clock, thread, random, logger or IO; the same inputs give
 * the same effects.
 *
 * <p>Think of a craftsman with one customer by post. {@link Session} keeps the line to the customer
 * open, {@link Holdings} compares what is ordered with what is on the bench, {@link ReportQueue} is
 * the outbox whose letters are repeated until they are answered. When the line is down the work
 * goes on: only a refusal, or an order that is withdrawn, ends it.
 *
 * <p>For one thread. Robust against messages that are lost, repeated, late or out of order.
 */
public final class WorkerCore {
  private static final long NANOS = 1_000_000L;

  private final WorkerSettings settings;
  private final Session session;
  private final StreamFilter filter = new StreamFilter();
  private final Resync resync = new Resync();
  private final ReportQueue reports = new ReportQueue();
  private final Holdings holdings;
  private final Contact contact;

  private final Pulse pulse = new Pulse();
  private final Leaving leaving;
  private boolean ended;
  private List<Effect> effects = new ArrayList<>();

  public WorkerCore(WorkerSettings settings) {
    this.settings = settings;
    this.leaving = new Leaving(settings.patience().drainMillis());
    this.holdings = new Holdings(reports, settings.slots());
    this.contact = new Contact(settings);
    this.session = new Session(settings.patience(), new Backoff(settings.incarnation().hashCode()));
  }

  /** The first input: dials. */
  public List<Effect> start(Now now) {
    contact.begin(now.nanos());
    session.begin(now.nanos());
    return tick(now, List.of());
  }

  /** The link is up: greets. */
  public List<Effect> linkOpened(long link, Now now) {
    enter(now);
    if (!ended && session.isCurrent(link) && session.state() == Session.State.DIALLING) {
      session.opened();
      session.send(FromWorker.newBuilder().setHello(hello()).build(), effects);
    }
    return leave(now);
  }

  /** The link is gone, or never came up. */
  public List<Effect> linkClosed(long link, LinkEnd end, Now now) {
    enter(now);
    if (!ended && session.isCurrent(link)) {
      if (end.refused()) {
        exit(Outcome.Kind.REJECTED, contact.refusedBy(end.text()));
      } else {
        lost(end.text(), now);
      }
    }
    return leave(now);
  }

  /** A message came from the coordinator. */
  public List<Effect> received(long link, ToWorker message, Now now) {
    enter(now);
    if (!ended && session.isCurrent(link)) {
      if (session.joined()) {
        joined(message, now);
      } else if (session.state() == Session.State.GREETING) {
        greeted(message, now);
      }
    }
    return leave(now);
  }

  /**
   * A task wants to report.
   *
   * @param report its number is set here
   * @param ticket names it in {@link Effect.Answered}; not 0
   */
  public List<Effect> report(Report report, long ticket, Now now) {
    enter(now);
    if (leaving.takes(report)) {
      leaveInOrder(now);
    }
    if (!ended && holdings.mayReport(report.getLease())) {
      enqueue(report, ticket);
    } else {
      answer(ticket, OwnReports.unsent(report.getLease(), "the lease is no longer here"));
    }
    return leave(now);
  }

  /** One report that no connection carries would keep all others from ever being answered. */
  private void enqueue(Report report, long ticket) {
    if (report.getSerializedSize() <= OwnReports.MAX_BYTES) {
      reports.add(report, ticket);
      holdings.reported(report);
    } else {
      reports.add(OwnReports.tooLarge(report), 0);
      holdings.mute(report.getLease(), "its report is too large to be sent", effects);
      answer(ticket, OwnReports.unsent(report.getLease(), "the report is too large to be sent"));
    }
  }

  /** The thread of a task has left, and none of its checkpoints is on the way. */
  public List<Effect> taskEnded(Lease lease, Now now) {
    enter(now);
    if (!ended) {
      holdings.ended(lease);
    }
    return leave(now);
  }

  /**
   * Time has passed; to be called at {@link #deadlineNanos} at the latest.
   *
   * @param snapshot how far each running task has come
   */
  public List<Effect> tick(Now now, List<TaskProgress> snapshot) {
    enter(now);
    pulse.progress(snapshot);
    if (!ended) {
      checkBudgets(now);
    }
    if (!ended) {
      checkSession(now);
    }
    return leave(now);
  }

  /** How this process fares; to be told before each {@link #tick}, or when something happened. */
  public List<Effect> signs(Signs signs, Now now) {
    enter(now);
    if (pulse.take(signs) && !ended && session.joined()) {
      heartbeat(now);
    }
    return leave(now);
  }

  /** Give everything back, then exit. */
  public List<Effect> drain(Now now) {
    enter(now);
    leaveInOrder(now);
    return leave(now);
  }

  /** What {@link Effect.Joined} asked for is there: the work may begin. */
  public List<Effect> ready(Now now) {
    enter(now);
    holdings.ready();
    return leave(now);
  }

  /** Nothing can be done here: start nothing, give everything back, and exit for that reason. */
  public List<Effect> unfit(Outcome outcome, Now now) {
    enter(now);
    leaving.unfit(outcome);
    leaveInOrder(now);
    return leave(now);
  }

  private void leaveInOrder(Now now) {
    if (!ended && leaving.begin(now.nanos())) {
      if (session.joined()) {
        heartbeat(now);
      }
      holdings.drainAll(effects);
    }
  }

  /** The coordinator wants it to leave; empty: it does not. */
  private void told(String reason, Now now) {
    if (!reason.isEmpty() && !leaving.begun()) {
      effects.add(new Effect.Notice("told to drain " + reason, false));
      leaveInOrder(now);
    }
  }

  /** Stop everything and exit, at once. */
  public List<Effect> end(Outcome outcome, Now now) {
    enter(now);
    if (!ended) {
      exit(outcome);
    }
    return leave(now);
  }

  /** When {@link #tick} is due, on the monotonic clock; empty after the exit. */
  public OptionalLong deadlineNanos() {
    if (ended) {
      return OptionalLong.empty();
    }
    long deadline = session.apart() ? contact.earlier(session.dueNanos()) : session.dueNanos();
    return OptionalLong.of(leaving.earlier(deadline));
  }

  private void enter(Now now) {
    effects = new ArrayList<>();
    session.discountSleep(now.nanos());
  }

  /** What follows from any input. */
  private List<Effect> leave(Now now) {
    if (!ended) {
      holdings.settle(leaving.begun(), now.nanos(), effects);
      if (session.joined()) {
        for (FromWorker report : reports.takeUnsent(now.nanos())) {
          session.send(report, effects);
        }
      }
      if (leaving.mayEnd() && reports.isEmpty() && !holdings.anyWorking()) {
        exit(leaving.outcome());
      }
    }
    return effects;
  }

  private void checkBudgets(Now now) {
    // Between two tries only: the one under way may still say why.
    if (session.apart() && contact.isOverdue(now.nanos())) {
      exit(Outcome.Kind.UNREACHABLE, contact.unreachable());
    } else if (leaving.over(now.nanos())) {
      exit(leaving.late(holdings.running()));
    }
  }

  private void checkSession(Now now) {
    if (session.silent(now.nanos())) {
      session.abandon(effects);
      lost("no heartbeat was acknowledged", now);
    } else if (session.due(now.nanos())) {
      switch (session.state()) {
        case APART -> session.dial(now.nanos(), effects);
        case DIALLING, GREETING -> {
          session.abandon(effects);
          lost("no answer", now);
        }
        case JOINED -> beat(now);
      }
    }
  }

  private void beat(Now now) {
    heartbeat(now);
    holdings.giveBackOverdue(now.nanos());
    reports.resendOverdue(now.nanos(), settings.patience().resendMillis() * NANOS);
    if (resync.takeDue(now.nanos())) {
      session.send(Resync.REQUEST, effects);
    }
  }

  private void heartbeat(Now now) {
    Heartbeat heartbeat = pulse.beat(session.nextHeartbeat(now.nanos()), leaving.begun(), holdings);
    session.send(FromWorker.newBuilder().setHeartbeat(heartbeat).build(), effects);
  }

  private Hello hello() {
    Set<Lease> held = new LinkedHashSet<>();
    holdings.addLeasesTo(held);
    reports.addLeasesTo(held);
    return settings.hello(contact.cluster(), held, leaving.begun());
  }

  private void lost(String why, Now now) {
    session.closed(now.nanos());
    contact.lost(why, effects);
  }

  private void greeted(ToWorker message, Now now) {
    switch (message.getKindCase()) {
      case WELCOME -> {
        if (filter.begin(message)) {
          welcomed(message.getWelcome(), now);
        }
      }
      case REJECTED -> exit(contact.rejected(message.getRejected()));
      // Overtook the Welcome; the gap in the numbers will tell.
      case HEARTBEAT_ACK, DESIRED, ANSWER, DRAIN, KIND_NOT_SET -> {}
    }
  }

  private void welcomed(Welcome welcome, Now now) {
    String objection = contact.objectionTo(welcome);
    if (!objection.isEmpty()) {
      exit(Outcome.Kind.REJECTED, objection);
      return;
    }
    session.welcomed(welcome, now.nanos());
    contact.made(welcome, effects);
    reports.resendAll();
  }

  private void joined(ToWorker message, Now now) {
    if (!filter.take(message)) {
      return;
    }
    if (filter.takeGap()) {
      resync.messageLost();
    }
    reports.wholeAnswers(message.getAnswers()).forEach(this::answered);
    switch (message.getKindCase()) {
      case HEARTBEAT_ACK -> acknowledged(message.getHeartbeatAck(), now);
      case DESIRED -> desired(message.getDesired());
      case ANSWER -> answered(message.getAnswer());
      case REJECTED -> exit(contact.rejected(message.getRejected()));
      case DRAIN -> told(message.getDrain().getReason(), now);
      case WELCOME, KIND_NOT_SET -> {}
    }
  }

  private void acknowledged(HeartbeatAck ack, Now now) {
    session.acknowledged(now.nanos());
    leaving.heard();
    told(ack.getDrain(), now);
    pulse.acknowledged(ack, effects);
  }

  private void desired(Desired desired) {
    holdings.apply(desired, effects);
    resync.compared(holdings.agrees());
  }

  private void answered(Answer answer) {
    if (answer.getVerdict() == Answer.Verdict.VERDICT_UNSPECIFIED
        || answer.getVerdict() == Answer.Verdict.UNRECOGNIZED) {
      // Of a protocol that this worker does not speak: the report stays unanswered.
      return;
    }
    ReportQueue.Pending pending = reports.answered(answer.getNumber(), answer.getLease());
    if (pending == null) {
      return;
    }
    if (answer.getVerdict() == Answer.Verdict.REFUSED) {
      refused(pending, answer);
    } else {
      // A split that has to be made again whole is not over.
      if (answer.getVerdict() == Answer.Verdict.OK && ReportQueue.isLastWord(pending.report())) {
        holdings.over(answer.getLease());
      }
      answer(pending.ticket(), answer);
    }
    resync.comparedAgain(holdings.agrees());
  }

  private void refused(ReportQueue.Pending pending, Answer answer) {
    Lease lease = answer.getLease();
    holdings.refused(lease, "refused by the coordinator: " + answer.getMessage(), effects);
    answer(pending.ticket(), answer);
    for (ReportQueue.Pending later : reports.drop(lease)) {
      answer(later.ticket(), OwnReports.refusal(lease, answer.getMessage()));
    }
  }

  private void answer(long ticket, Answer answer) {
    if (ticket != 0) {
      effects.add(new Effect.Answered(ticket, answer));
    }
  }

  private void exit(Outcome.Kind kind, String message) {
    exit(new Outcome(kind, message));
  }

  private void exit(Outcome outcome) {
    ended = true;
    holdings.stopAll(outcome.message(), effects);
    session.abandon(effects);
    effects.add(new Effect.Exit(outcome));
  }
}

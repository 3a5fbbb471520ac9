package dev.belay.worker.core;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Welcome;
import dev.belay.worker.core.WorkerSettings.Patience;
import java.util.List;

/**
 * The connection's life, as the core sees it:
 *
 * <pre>
 *   APART --(backoff over)--> DIALLING --(opened)--> GREETING --(Welcome)--> JOINED
 *     ^__________________________|______________________|____________________|
 *                    (closed, or nothing heard for too long)
 * </pre>
 *
 * Links are numbered, and what an older one still delivers is ignored. The only sign of life that
 * counts is an acknowledged heartbeat, since it proves both directions.
 */
final class Session {
  enum State {
    APART,
    DIALLING,
    GREETING,
    JOINED
  }

  private static final long NANOS = 1_000_000L;
  private static final long MIN_INTERVAL_MILLIS = 20;
  private static final long MAX_INTERVAL_MILLIS = 60_000;
  private static final long DEFAULT_INTERVAL_MILLIS = 500;

  /** A silence is at least this many heartbeats long. */
  private static final long SILENT_INTERVALS = 4;

  private final Patience patience;
  private final Backoff backoff;

  private State state = State.APART;
  private long link;

  /** APART: when to dial. DIALLING, GREETING: when to give up. JOINED: the next heartbeat. */
  private long dueNanos;

  private long intervalNanos = DEFAULT_INTERVAL_MILLIS * NANOS;
  private long silentAtNanos;
  private long heartbeats;
  private long lastInputNanos;

  Session(Patience patience, Backoff backoff) {
    this.patience = patience;
    this.backoff = backoff;
  }

  State state() {
    return state;
  }

  boolean joined() {
    return state == State.JOINED;
  }

  boolean apart() {
    return state == State.APART;
  }

  boolean isCurrent(long number) {
    return number == link && state != State.APART;
  }

  long dueNanos() {
    return dueNanos;
  }

  /** APART: when to dial, so that the first deadline is at once. */
  void begin(long nowNanos) {
    dueNanos = nowNanos;
    lastInputNanos = nowNanos;
  }

  /**
   * Time that this process spent asleep (stopped, or its machine suspended) is no silence of the
   * coordinator: what it said meanwhile still waits to be read.
   */
  void discountSleep(long nowNanos) {
    long asleep = nowNanos - lastInputNanos - 2 * intervalNanos;
    if (state == State.JOINED && asleep > 0) {
      silentAtNanos += asleep;
    }
    lastInputNanos = nowNanos;
  }

  boolean due(long nowNanos) {
    return nowNanos - dueNanos >= 0;
  }

  void dial(long nowNanos, List<Effect> effects) {
    state = State.DIALLING;
    link++;
    dueNanos = nowNanos + patience.helloMillis() * NANOS;
    effects.add(new Effect.OpenLink(link));
  }

  void opened() {
    state = State.GREETING;
  }

  /** JOINED: the first heartbeat is due at once. */
  void welcomed(Welcome welcome, long nowNanos) {
    state = State.JOINED;
    backoff.reset();
    intervalNanos = NANOS * intervalMillis(welcome.getHeartbeatIntervalMillis());
    dueNanos = nowNanos;
    acknowledged(nowNanos);
  }

  private static long intervalMillis(long told) {
    return told == 0
        ? DEFAULT_INTERVAL_MILLIS
        : Math.max(MIN_INTERVAL_MILLIS, Math.min(MAX_INTERVAL_MILLIS, told));
  }

  void acknowledged(long nowNanos) {
    long patient = patience.silenceMillis() * NANOS;
    silentAtNanos = nowNanos + Math.max(patient, SILENT_INTERVALS * intervalNanos);
  }

  /** No heartbeat was acknowledged for too long: the network may be cut one way. */
  boolean silent(long nowNanos) {
    return state == State.JOINED && nowNanos - silentAtNanos >= 0;
  }

  /** The number of the heartbeat that is sent now. */
  long nextHeartbeat(long nowNanos) {
    dueNanos = nowNanos + intervalNanos;
    return ++heartbeats;
  }

  /** Gives the link up, without a word to it. */
  void abandon(List<Effect> effects) {
    if (state != State.APART) {
      effects.add(new Effect.CloseLink(link));
    }
    state = State.APART;
  }

  /** APART: dials again after a while. */
  void closed(long nowNanos) {
    state = State.APART;
    dueNanos = nowNanos + backoff.nextMillis() * NANOS;
  }

  void send(FromWorker message, List<Effect> effects) {
    effects.add(new Effect.Send(link, message));
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.WorkerState;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What is believed of a worker process: soft state, gone with the coordinator and learned anew. */
final class WorkerRecord {
  private static final int MOST_QUEUED = 4_096;

  final String name;
  final String incarnation;
  final boolean known;
  final int slots;
  final long pid;
  final String host;
  final Set<String> jobs;

  /** What it is labelled with, by key. */
  Map<String, String> labels = Map.of();

  /** How many leases it may hold beyond its slots. */
  int queue;

  /** 0: not connected. */
  long stream;

  /** Of its heartbeats, across its connections. */
  Rhythm rhythm;

  /** What its heartbeats say of its process. */
  Health health = new Health();

  /** What follows from that. */
  Risk risk = Risk.NONE;

  /** Whether it gets nothing new for that. */
  boolean atRisk;

  /** Since when its risk is so high that it should leave; 0: it is not. */
  long leavingSinceNanos;

  /** On the monotonic clock. */
  long heardNanos;

  /** The same on {@link Liveness}'s clock, by which silence is counted. */
  long heardSteadyNanos;

  /** Between its last two heartbeats, on that clock. */
  long gapNanos;

  /** When the stream broke, on that clock; meaningful while there is none. */
  long brokenSteadyNanos;

  /** Of {@link Deadlines}: the look that counts, 0 for none, and when it is. */
  long look;

  long lookNanos;

  /** Whether it was connected and the stream broke, rather than never having been connected. */
  boolean broken;

  boolean draining;

  /** Why it gets nothing new for a while, for people; empty: it does. */
  String benched = "";

  /** Why it cannot use the store, by its own word; empty: it can. */
  String storeTrouble = "";

  /** Whether it gets nothing new for that: see {@link StoreReach}. */
  boolean cutOff;

  /** When that was looked at last. */
  long cutOffLookNanos;

  /** Why it was told to leave; empty: it was not. */
  String drainReason = "";

  boolean lost;
  boolean suspect;

  private WorkerRecord(
      String name,
      String incarnation,
      boolean known,
      int slots,
      long pid,
      String host,
      Set<String> jobs,
      Rhythm rhythm) {
    this.name = name;
    this.incarnation = incarnation;
    this.known = known;
    this.slots = slots;
    this.pid = pid;
    this.host = host;
    this.jobs = jobs;
    this.rhythm = rhythm;
  }

  static WorkerRecord joined(Hello hello, Rhythm rhythm) {
    WorkerRecord worker =
        new WorkerRecord(
            hello.getName(),
            hello.getIncarnation(),
            true,
            hello.getSlots(),
            hello.getPid(),
            hello.getHost(),
            new LinkedHashSet<>(hello.getJobsList()),
            rhythm);
    worker.labels = Demand.labels(hello.getLabelsList());
    worker.queue = Math.max(0, Math.min(MOST_QUEUED, hello.getQueue()));
    return worker;
  }

  /** One that the journal knows as a holder and that has not been heard of since the start. */
  static WorkerRecord expected(String name, String incarnation, Rhythm rhythm) {
    return new WorkerRecord(name, incarnation, false, 0, 0, "", new LinkedHashSet<>(), rhythm);
  }

  /** The same process on a new connection: what is known of it goes on. */
  void goOnFrom(WorkerRecord before) {
    rhythm = before.rhythm;
    health = before.health;
    risk = before.risk;
    atRisk = before.atRisk;
    leavingSinceNanos = before.leavingSinceNanos;
    benched = before.benched;
    storeTrouble = before.storeTrouble;
    cutOff = before.cutOff;
    cutOffLookNanos = before.cutOffLookNanos;
    drainReason = before.drainReason;
    draining |= !drainReason.isEmpty();
  }

  boolean connected() {
    return stream != 0;
  }

  /** How many tasks it can work on: threads that do not leave take up slots. */
  int usableSlots() {
    return Math.max(0, slots - health.lingering);
  }

  /**
   * Whether a lease still waits there for a slot.
   *
   * @param position among those that it holds, the oldest first
   */
  boolean queues(Hold hold, int position) {
    return known && position >= slots && !hold.started;
  }

  boolean takesWork() {
    return connected()
        && !draining
        && !lost
        && !suspect
        && benched.isEmpty()
        && !atRisk
        && !cutOff
        && usableSlots() > 0;
  }

  WorkerState state() {
    if (lost) {
      return WorkerState.LOST;
    }
    if (suspect || !connected()) {
      return WorkerState.SUSPECT;
    }
    if (draining) {
      return WorkerState.DRAINING;
    }
    if (!benched.isEmpty()) {
      return WorkerState.BENCHED;
    }
    if (cutOff) {
      return WorkerState.NO_STORE;
    }
    return atRisk ? WorkerState.AT_RISK : WorkerState.LIVE;
  }

  /** Why it is in its state, or what else is to be known of it, in one line; empty if nothing. */
  String reason(long nanos) {
    return switch (state()) {
      case BENCHED -> benched;
      case AT_RISK -> risk.reason();
      case DRAINING -> drainReason;
      case NO_STORE -> storeTrouble;
      case LIVE -> storeTrouble.isEmpty() ? sign(nanos) : storeTrouble;
      default -> "";
    };
  }

  private String sign(long nanos) {
    return risk.score() >= Risk.SOUND ? risk.reason() : health.pause(nanos);
  }

  boolean offers(String job) {
    return jobs.contains(job);
  }
}

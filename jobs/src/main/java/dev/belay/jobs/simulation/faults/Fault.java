package dev.belay.jobs.simulation.faults;

import java.util.Locale;

/** The kinds of things that go wrong, and how often each is drawn among those allowed. */
public enum Fault {
  WORKER_KILLED(4),
  MACHINE_GONE(3),
  WORKER_STOPPED(4),
  WORKER_DOUBLED(2),
  WORKER_DRAINED(2),
  COORDINATOR_KILLED(2),
  COORDINATOR_POWER_CUT(4),
  COORDINATOR_STOPPED(2),
  NETWORK_CUT(5),
  NETWORK_SLOW(2),
  NETWORK_LOSSY(3),
  CONNECTION_BROKEN(4),
  CLOCK_SET(2),
  STORE_DOWN(2),
  STORE_HIDDEN(2),
  STORE_ERRORS(3),
  STORE_SLOW(1),
  CHECKPOINT_DAMAGED(3),
  DISK_SLOW(1),
  JOB_CANCELLED(1),
  JOB_PAUSED(2),
  JOB_STOPPED(1),
  JOB_RETRIED(1),
  CHECKPOINT_RESTORED(4),
  GARBAGE_COLLECTED(3),
  COLLECTION_CUT_OFF(2),
  OLD_COPY_COLLECTS(1),
  WORKER_ASKED_TO_DRAIN(1),
  SOMEBODY_LOOKS(2);

  private final int weight;

  Fault(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  /** For people: "worker killed". */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** As an option: "worker-killed". */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package dev.belay.worker.core;

import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Welcome;
import dev.belay.runtime.wire.Protocol;
import java.util.List;

/**
 * Which cluster this process works for, fixed by its first Welcome; and what people are told about
 * it: once when the coordinator is not there or lost, once when it is there or back.
 */
final class Contact {
  private static final long NANOS = 1_000_000L;

  private final WorkerSettings settings;
  private long reachByNanos;
  private String cluster = "";
  private String store = "";
  private String lastTrouble = "no answer";
  private boolean up;

  /** Whether people were told that nobody is there. */
  private boolean awaited;

  Contact(WorkerSettings settings) {
    this.settings = settings;
  }

  void begin(long nowNanos) {
    reachByNanos = nowNanos + settings.patience().firstContactMillis() * NANOS;
  }

  /** Empty before the first contact. */
  String cluster() {
    return cluster;
  }

  private boolean wasMade() {
    return !cluster.isEmpty();
  }

  boolean isOverdue(long nowNanos) {
    return !wasMade() && nowNanos - reachByNanos >= 0;
  }

  long earlier(long deadlineNanos) {
    return !wasMade() && reachByNanos - deadlineNanos < 0 ? reachByNanos : deadlineNanos;
  }

  String unreachable() {
    return "no coordinator answers at "
        + settings.coordinator()
        + " ("
        + lastTrouble
        + "): start one there, or name another with --coordinator HOST:PORT";
  }

  String refusedBy(String message) {
    return "the coordinator at " + settings.coordinator() + " refuses this worker: " + message;
  }

  Outcome rejected(Rejected rejected) {
    return rejected.getCode() == Rejected.Code.SUPERSEDED
        ? new Outcome(
            Outcome.Kind.SUPERSEDED,
            "another process joined as worker "
                + settings.name()
                + ": give each worker its own --id")
        : new Outcome(Outcome.Kind.REJECTED, refusedBy(rejected.getMessage()));
  }

  /** Why this worker cannot work under this Welcome; empty if it can. */
  String objectionTo(Welcome welcome) {
    String at = "the coordinator at " + settings.coordinator();
    if (welcome.getProtocol() != Protocol.VERSION) {
      return at
          + " speaks protocol "
          + Integer.toUnsignedString(welcome.getProtocol())
          + ", this worker "
          + Protocol.VERSION
          + ": run the same version of Belay on both";
    }
    if (welcome.getCluster().isEmpty() || welcome.getStore().isEmpty()) {
      return at + " names no cluster or no store: it is none that this worker understands";
    }
    if (wasMade() && !welcome.getCluster().equals(cluster)) {
      return at
          + " belongs to cluster "
          + welcome.getCluster()
          + ", but this worker works for "
          + cluster
          + ": start the worker anew";
    }
    if (wasMade() && !welcome.getStore().equals(store)) {
      return at
          + " moved its store from "
          + store
          + " to "
          + welcome.getStore()
          + ": start the worker anew";
    }
    return "";
  }

  void made(Welcome welcome, List<Effect> effects) {
    boolean first = !wasMade();
    cluster = welcome.getCluster();
    store = welcome.getStore();
    up = true;
    if (first) {
      effects.add(new Effect.Joined(cluster, store));
      effects.add(notice("joined the coordinator at " + settings.coordinator()));
    } else {
      effects.add(notice("the coordinator at " + settings.coordinator() + " is back"));
    }
  }

  void lost(String why, List<Effect> effects) {
    lastTrouble = why;
    if (!wasMade() && !awaited) {
      awaited = true;
      effects.add(
          warning(
              "no coordinator answers at "
                  + settings.coordinator()
                  + " yet ("
                  + why
                  + "): trying on for "
                  + seconds(settings.patience().firstContactMillis())));
    }
    if (up) {
      up = false;
      effects.add(
          warning(
              "the coordinator at "
                  + settings.coordinator()
                  + " is lost ("
                  + why
                  + "): working on, and trying again"));
    }
  }

  private static Effect notice(String text) {
    return new Effect.Notice(text, false);
  }

  private static Effect warning(String text) {
    return new Effect.Notice(text, true);
  }

  private static String seconds(long millis) {
    return millis < 1_000 ? millis + " ms" : millis / 1_000 + " s";
  }
}

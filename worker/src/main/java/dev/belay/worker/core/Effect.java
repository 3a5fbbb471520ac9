package dev.belay.worker.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;

/** What the core wants done, to be carried out in the order given. */
public sealed interface Effect {
  /**
   * Dial the coordinator. Answered by {@link WorkerCore#linkOpened}, and at the end, in any case
   * but a {@link CloseLink}, by {@link WorkerCore#linkClosed}.
   *
   * @param link the number of this attempt; whatever comes from another link is ignored
   */
  record OpenLink(long link) implements Effect {}

  /** Abandon the link; what it still delivers is ignored. */
  record CloseLink(long link) implements Effect {}

  /** Send on the link, in this order; nobody is told whether it arrives. */
  record Send(long link, FromWorker message) implements Effect {}

  /**
   * The first contact: open the cluster's store. Answered by {@link WorkerCore#ready}, before which
   * nothing is started, or by {@link WorkerCore#unfit}.
   */
  record Joined(String cluster, String store) implements Effect {}

  /** Begin this work. Answered by {@link WorkerCore#taskEnded} when its thread has left. */
  record Start(Assignment assignment) implements Effect {}

  /** The lease is gone: end the work at its next safe point. */
  record Stop(Lease lease, String reason) implements Effect {}

  /** Take a final checkpoint at the next safe point and report {@code Released}. */
  record DrainTask(Lease lease) implements Effect {}

  /** Cut the partition in two at the next safe point, or report that it declines. */
  record SplitTask(Lease lease, double fraction) implements Effect {}

  /**
   * A report has been answered. A refusal's {@link Stop} comes before.
   *
   * @param ticket what the one who reported gave it
   */
  record Answered(long ticket, Answer answer) implements Effect {}

  /** As the coordinator observes it; 0 while unknown. Given when it changes. */
  record MeanTimeBetweenFailures(long millis) implements Effect {}

  /**
   * Tell people, in one line.
   *
   * @param warning whether something is not as it should be
   */
  record Notice(String text, boolean warning) implements Effect {}

  /** The last effect of all: whatever is asked of the core from now on has none. */
  record Exit(Outcome outcome) implements Effect {}
}

package dev.belay.worker.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answers;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The reports that the coordinator has not answered yet, in the order in which they were made: an
 * outbox. All of it is sent on every new link, and what waits too long for its answer is sent
 * again; a report leaves with its answer only. Several reports of a lease may be on their way at
 * once: where a task needs the answer to one before it makes the next, it waits for it itself.
 */
final class ReportQueue {
  /** A report on its way; ticket 0 when nobody waits for the answer. */
  static final class Pending {
    private final Report report;
    private final long ticket;
    private long sentAtNanos;

    private Pending(Report report, long ticket) {
      this.report = report;
      this.ticket = ticket;
    }

    Report report() {
      return report;
    }

    long ticket() {
      return ticket;
    }
  }

  private final Map<Long, Pending> unanswered = new LinkedHashMap<>();

  /** The numbers of those that have to be sent (again) on the link that is up. */
  private final TreeSet<Long> unsent = new TreeSet<>();

  /** Leases that are over as soon as the report of this number is answered. */
  private final Map<Lease, Long> lastWords = new LinkedHashMap<>();

  private long lastNumber;

  void add(Report report, long ticket) {
    long number = ++lastNumber;
    unanswered.put(number, new Pending(report.toBuilder().setNumber(number).build(), ticket));
    unsent.add(number);
    if (isLastWord(report)) {
      lastWords.putIfAbsent(report.getLease(), number);
    }
  }

  /** What has to be sent now; from here on it counts as sent. */
  List<FromWorker> takeUnsent(long nowNanos) {
    List<FromWorker> messages = new ArrayList<>(unsent.size());
    for (Long number : unsent) {
      Pending pending = unanswered.get(number);
      if (pending != null) {
        pending.sentAtNanos = nowNanos;
        messages.add(FromWorker.newBuilder().setReport(pending.report).build());
      }
    }
    unsent.clear();
    return messages;
  }

  /** On a new link nothing counts as sent. */
  void resendAll() {
    unsent.addAll(unanswered.keySet());
  }

  /** An answer may be lost without its link: what was sent so long ago is sent again. */
  void resendOverdue(long nowNanos, long patienceNanos) {
    unanswered.forEach(
        (number, pending) -> {
          if (nowNanos - pending.sentAtNanos >= patienceNanos) {
            unsent.add(number);
          }
        });
  }

  /** Answers that name reports, as answers that name leases too; none to what waits no more. */
  List<Answer> wholeAnswers(Answers answers) {
    List<Answer> whole = new ArrayList<>(answers.getOkCount() + answers.getOthersCount());
    for (long number : answers.getOkList()) {
      Pending pending = unanswered.get(number);
      if (pending != null) {
        whole.add(
            Answer.newBuilder()
                .setNumber(number)
                .setLease(pending.report.getLease())
                .setVerdict(Answer.Verdict.OK)
                .build());
      }
    }
    whole.addAll(answers.getOthersList());
    return whole;
  }

  /** Takes out the one that was answered; null if it was not waiting (any more). */
  @Nullable Pending answered(long number, Lease lease) {
    Pending pending = unanswered.get(number);
    if (pending == null || !pending.report.getLease().equals(lease)) {
      return null;
    }
    remove(number, lease);
    return pending;
  }

  /** Takes out all reports of a lease. */
  List<Pending> drop(Lease lease) {
    List<Pending> dropped = new ArrayList<>();
    for (Pending pending : List.copyOf(unanswered.values())) {
      if (pending.report.getLease().equals(lease)) {
        remove(pending.report.getNumber(), lease);
        dropped.add(pending);
      }
    }
    return dropped;
  }

  private void remove(long number, Lease lease) {
    unanswered.remove(number);
    unsent.remove(number);
    lastWords.remove(lease, number);
  }

  /** Whether a report that ends the lease waits for its answer. */
  boolean hasLastWord(Lease lease) {
    return lastWords.containsKey(lease);
  }

  void addLeasesTo(Collection<Lease> leases) {
    unanswered.values().forEach(pending -> leases.add(pending.report.getLease()));
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  int size() {
    return unanswered.size();
  }

  /** Whether the lease is over once this report is answered. */
  static boolean isLastWord(Report report) {
    return switch (report.getWhatCase()) {
      case COMPLETED, PLANNED, PUBLISHED, FAILED, RELEASED, SPLIT -> true;
      case STARTED, CHECKPOINT, UNUSABLE, PREPARED, SPLIT_DECLINED, WHAT_NOT_SET -> false;
    };
  }
}

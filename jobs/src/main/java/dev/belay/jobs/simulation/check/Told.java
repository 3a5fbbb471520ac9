package dev.belay.jobs.simulation.check;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.ToWorker;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What each connected worker was told to hold, added up message by message: after every batch it
 * must be what the journal says that it holds. Nothing of it outlives a coordinator.
 */
final class Told {
  private static final class Stream {
    final String incarnation;
    final Set<Lease> leases = new LinkedHashSet<>();
    final Set<Lease> lastWords = new HashSet<>();
    boolean welcome;

    Stream(String incarnation) {
      this.incarnation = incarnation;
    }
  }

  private final Map<Long, Stream> streams = new LinkedHashMap<>();

  void greeted(long stream, String incarnation) {
    streams.putIfAbsent(stream, new Stream(incarnation));
  }

  void closed(long stream) {
    streams.remove(stream);
  }

  void sent(long id, ToWorker message) {
    Stream stream = streams.get(id);
    if (stream == null) {
      return;
    }
    message.getAnswers().getOthersList().forEach(answer -> answered(stream, answer));
    switch (message.getKindCase()) {
      case WELCOME -> stream.welcome = true;
      case REJECTED -> streams.remove(id);
      case DESIRED -> desired(stream, message.getDesired());
      // A refusal ends the work, as a revocation does.
      case ANSWER -> answered(stream, message.getAnswer());
      default -> {}
    }
  }

  private static void answered(Stream stream, Answer answer) {
    if (answer.getVerdict() == Answer.Verdict.REFUSED) {
      stream.leases.remove(answer.getLease());
    }
  }

  private static void desired(Stream stream, Desired desired) {
    if (desired.getWhole()) {
      stream.leases.clear();
    }
    for (Revocation revocation : desired.getRevokeList()) {
      stream.leases.remove(revocation.getLease());
    }
    for (Assignment assignment : desired.getAssignList()) {
      stream.leases.add(assignment.getLease());
    }
  }

  /**
   * A last word came: its lease is over for both, or will be with the answer; nobody revokes it.
   */
  void received(long id, FromWorker message) {
    Stream stream = streams.get(id);
    if (stream != null && message.hasReport() && isLastWord(message.getReport())) {
      stream.lastWords.add(message.getReport().getLease());
    }
  }

  private static boolean isLastWord(Report report) {
    return switch (report.getWhatCase()) {
      case STARTED, CHECKPOINT, UNUSABLE, PREPARED, SPLIT_DECLINED, WHAT_NOT_SET -> false;
      default -> true;
    };
  }

  /** After a batch. */
  void compare(Map<String, Set<Lease>> held) {
    for (Stream stream : streams.values()) {
      Set<Lease> really = held.getOrDefault(stream.incarnation, Set.of());
      Set<Lease> told = new LinkedHashSet<>(stream.leases);
      told.removeIf(lease -> !really.contains(lease) && stream.lastWords.contains(lease));
      if (stream.welcome && !told.equals(really)) {
        throw new Violation(
            stream.incarnation
                + " was told to hold "
                + text(told)
                + ", and by the journal holds "
                + text(really));
      }
    }
  }

  private static String text(Set<Lease> leases) {
    return leases.stream().map(TaskAccount::text).sorted().toList().toString();
  }
}

package dev.belay.jobs.simulation.cluster;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answers;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.proto.ToWorker;
import java.util.StringJoiner;

/** Messages and events in few words, for a trace that people read. */
final class Words {
  private Words() {}

  static String of(TaskId task) {
    return switch (task.getKind()) {
      case PLAN -> task.getJob() + "/plan";
      case PUBLISH -> task.getJob() + "/publish";
      default -> task.getJob() + "/" + task.getIndex();
    };
  }

  static String of(Lease lease) {
    return of(lease.getTask()) + "@" + Epochs.text(lease.getEpoch());
  }

  /** Empty: too common to be told. */
  static String of(FromWorker message) {
    return switch (message.getKindCase()) {
      case HELLO ->
          "hello, I am "
              + message.getHello().getIncarnation()
              + leases(message.getHello().getHeldList());
      case HEARTBEAT -> message.getHeartbeat().getDraining() ? "draining" : "";
      case REPORT -> of(message.getReport());
      case RESYNC -> "what should I hold?";
      case KIND_NOT_SET -> "?";
    };
  }

  private static String leases(Iterable<Lease> leases) {
    StringJoiner joiner = new StringJoiner(" ", ", working on ", "");
    joiner.setEmptyValue("");
    leases.forEach(lease -> joiner.add(of(lease)));
    return joiner.toString();
  }

  static String of(Report report) {
    String lease = of(report.getLease());
    return switch (report.getWhatCase()) {
      case STARTED ->
          lease
              + " started"
              + (report.getStarted().getResumedFromSequence() == 0
                  ? ""
                  : " from checkpoint " + report.getStarted().getResumedFromSequence());
      case CHECKPOINT -> lease + " " + of(report.getCheckpoint());
      case UNUSABLE ->
          lease
              + " checkpoint "
              + report.getUnusable().getSequence()
              + " is "
              + report.getUnusable().getReason();
      case PLANNED -> lease + " planned, " + report.getPlanned().getSplits() + " partitions";
      case SPLIT -> lease + " was cut in two";
      case FAILED -> lease + " failed: " + report.getFailed().getMessage();
      default -> lease + " " + lower(report.getWhatCase().name());
    };
  }

  private static String of(Checkpoint checkpoint) {
    return "checkpoint " + checkpoint.getSequence() + " at " + checkpoint.getProgress().getDone();
  }

  /** Empty: too common to be told. */
  static String of(ToWorker message) {
    return switch (message.getKindCase()) {
      case WELCOME -> "welcome";
      case REJECTED -> "go away: " + lower(message.getRejected().getCode().name());
      case HEARTBEAT_ACK -> "";
      case DESIRED -> of(message.getDesired());
      case ANSWER -> of(message.getAnswer());
      case KIND_NOT_SET -> of(message.getAnswers());
      default -> lower(message.getKindCase().name());
    };
  }

  private static String of(Answer answer) {
    String text = lower(answer.getVerdict().name()) + ", " + of(answer.getLease());
    return answer.getMessage().isEmpty() ? text : text + ": " + answer.getMessage();
  }

  private static String of(Answers answers) {
    StringJoiner joiner = new StringJoiner("; ");
    if (answers.getOkCount() > 0) {
      joiner.add("ok to reports " + answers.getOkList());
    }
    answers.getOthersList().forEach(answer -> joiner.add(of(answer)));
    return joiner.toString();
  }

  private static String of(Desired desired) {
    StringJoiner joiner = new StringJoiner(", ", desired.getWhole() ? "in all: " : "", "");
    for (Assignment assignment : desired.getAssignList()) {
      String from =
          assignment.getCheckpointsCount() == 0
              ? ""
              : " from checkpoint " + assignment.getCheckpoints(0).getSequence();
      String what = assignment.getBisect() ? "bisect " : "do ";
      joiner.add(what + of(assignment.getLease()) + from);
    }
    for (Revocation revocation : desired.getRevokeList()) {
      joiner.add("stop " + of(revocation.getLease()));
    }
    for (Revocation revocation : desired.getYieldList()) {
      joiner.add("give back " + of(revocation.getLease()));
    }
    desired.getSplitList().forEach(split -> joiner.add("cut " + of(split.getLease())));
    return desired.getAssignCount()
                + desired.getRevokeCount()
                + desired.getYieldCount()
                + desired.getSplitCount()
            == 0
        ? joiner + "nothing"
        : joiner.toString();
  }

  static String of(Event event) {
    return switch (event.getKindCase()) {
      case JOB_SUBMITTED -> event.getJobSubmitted().getJob() + " submitted";
      case JOB_PLANNED ->
          event.getJobPlanned().getJob()
              + " planned, "
              + event.getJobPlanned().getSplits()
              + " partitions";
      case PUBLISH_PREPARED -> event.getPublishPrepared().getJob() + " has a manifest";
      case JOB_SUCCEEDED -> event.getJobSucceeded().getJob() + " SUCCEEDED";
      case JOB_FAILED ->
          event.getJobFailed().getJob() + " FAILED: " + event.getJobFailed().getError();
      case JOB_CANCELLED -> event.getJobCancelled().getJob() + " CANCELLED";
      case JOB_PAUSED -> event.getJobPaused().getJob() + " PAUSED";
      case JOB_RESUMED -> event.getJobResumed().getJob() + " resumed";
      case JOB_STOPPING -> event.getJobStopping().getJob() + " stops";
      case JOB_STOPPED -> event.getJobStopped().getJob() + " STOPPED";
      case JOB_RETRIED -> event.getJobRetried().getJob() + " retried";
      case PARTITION_QUARANTINED ->
          of(event.getPartitionQuarantined().getLease())
              + " quarantined: "
              + event.getPartitionQuarantined().getError();
      case TASK_ASSIGNED ->
          of(event.getTaskAssigned().getLease())
              + " goes to "
              + event.getTaskAssigned().getIncarnation();
      case SPECULATION_STARTED ->
          of(event.getSpeculationStarted().getLease())
              + " goes beside the first to "
              + event.getSpeculationStarted().getIncarnation();
      case TASK_STARTED -> of(event.getTaskStarted().getLease()) + " started";
      case TASK_RELEASED -> of(event.getTaskReleased());
      case CHECKPOINT_COMMITTED ->
          of(event.getCheckpointCommitted().getLease())
              + " "
              + of(event.getCheckpointCommitted().getCheckpoint());
      case CHECKPOINT_QUARANTINED ->
          of(event.getCheckpointQuarantined().getLease())
              + " falls back from checkpoint "
              + event.getCheckpointQuarantined().getSequence();
      case PARTITION_COMPLETED -> of(event.getPartitionCompleted().getLease()) + " completed";
      case PARTITION_SPLIT ->
          of(event.getPartitionSplit().getLease())
              + " cut, the tail is "
              + event.getPartitionSplit().getLease().getTask().getJob()
              + "/"
              + event.getPartitionSplit().getTailIndex();
      case CHECKPOINT_RESTORED ->
          of(event.getCheckpointRestored().getTask())
              + " goes on from checkpoint "
              + event.getCheckpointRestored().getSequence();
      case OBJECTS_RELEASED ->
          event.getObjectsReleased().getJob()
              + " needs "
              + (event.getObjectsReleased().getAll()
                  ? "nothing"
                  : event.getObjectsReleased().getKeysCount() + " objects less");
      default -> lower(event.getKindCase().name());
    };
  }

  private static String of(TaskReleased released) {
    return of(released.getLease())
        + " released: "
        + lower(released.getCause().name())
        + (released.getBackoffMillis() == 0
            ? ""
            : ", not before " + released.getBackoffMillis() + " ms")
        + (released.hasNarrowing() ? ", to be bisected" : "");
  }

  static String of(Command.Builder command) {
    return switch (command.getKindCase()) {
      case SUBMIT -> "submit " + command.getSubmit().getKey();
      case PAUSE_JOB -> "pause " + command.getPauseJob().getJob();
      case RESUME_JOB -> "resume " + command.getResumeJob().getJob();
      case STOP_JOB -> "stop " + command.getStopJob().getJob();
      case RETRY_JOB -> "retry " + command.getRetryJob().getJob();
      case DRAIN_WORKER -> "drain " + command.getDrainWorker().getWorker();
      case CANCEL_JOB -> "cancel " + command.getCancelJob().getJob();
      case LIST_COMPLETIONS ->
          "completions of "
              + of(command.getListCompletions().getLease())
              + " from "
              + command.getListCompletions().getFromIndex();
      case RESTORE_CHECKPOINT ->
          "restore "
              + command.getRestoreCheckpoint().getJob()
              + "/"
              + command.getRestoreCheckpoint().getPartition()
              + " from checkpoint "
              + command.getRestoreCheckpoint().getSequence();
      default -> lower(command.getKindCase().name());
    };
  }

  private static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}

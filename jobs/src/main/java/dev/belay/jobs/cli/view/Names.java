package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.WorkerState;

/** The states under the names that users know, without the prefixes that the schema needs. */
public final class Names {
  private Names() {}

  public static String of(JobState state) {
    return bare(state.name(), "JOB_");
  }

  public static String of(PartitionState state) {
    return bare(state.name(), "PARTITION_");
  }

  public static String of(WorkerState state) {
    return bare(state.name(), "WORKER_");
  }

  /** For people: what happened to the worker that held the lease. */
  public static String of(Cause cause) {
    return switch (cause) {
      case CONNECTION_LOST -> "connection lost";
      case HEARTBEAT_TIMEOUT -> "no heartbeat";
      case WORKER_RESTARTED -> "worker restarted";
      case DRAINED -> "drained";
      case APPLICATION_ERROR -> "error in the job's code";
      case PREEMPTED -> "made room for a job of higher priority";
      case PAUSED -> "paused";
      case STUCK -> "no safe point";
      case SPLIT -> "split";
      case STOPPED -> "stopped";
      case RESTORED -> "to go on from an older checkpoint";
      case NO_SLOT -> "no slot in time";
      case OLD_THREAD -> "an older thread hangs there";
      case STORE_UNREACHABLE -> "its worker could not reach the store";
      case NO_MEMORY -> "its worker ran out of memory";
      case REGION_LOST -> "region lost";
      case CAUSE_UNSPECIFIED, UNRECOGNIZED -> "unknown cause";
    };
  }

  public static boolean ended(JobState state) {
    return switch (state) {
      case JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED, JOB_STOPPED -> true;
      case JOB_PENDING,
          JOB_PLANNING,
          JOB_RUNNING,
          JOB_PAUSED,
          JOB_PUBLISHING,
          JOB_STOPPING,
          JOB_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  private static String bare(String name, String prefix) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.SubmitRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The job of a run, submitted under a key that is made from the job itself: the same run on the
 * same data is the same submit, and so goes on, or has its result already. One that failed or was
 * cancelled cannot go on; the next attempt is a new submit.
 */
final class RunSubmission {
  private static final int KEY_BYTES = 16;

  private final CoordinatorClient client;
  private final JobSpec spec;

  RunSubmission(CoordinatorClient client, JobSpec spec) {
    this.client = client;
    this.spec = spec;
  }

  /** Whether an earlier run has submitted it, and it can go on or has succeeded. */
  boolean known() {
    return client.list().stream()
        .filter(summary -> !lost(summary.getState()))
        .anyMatch(summary -> same(client.describe(summary.getJobId(), true).getSpec()));
  }

  /** The jobs that it comes after may be named here, and are known by their ids there. */
  private boolean same(JobSpec submitted) {
    return submitted.toBuilder().clearAfter().build().equals(spec.toBuilder().clearAfter().build());
  }

  /** Submits it, unless that was done before. */
  JobDescription submit() {
    String key = "run-" + fingerprint();
    for (int attempt = 1; ; attempt++) {
      String jobId =
          client.submit(
              SubmitRequest.newBuilder().setKey(key + "-" + attempt).setSpec(spec).build());
      JobDescription job = client.describe(jobId, false);
      if (!lost(job.getSummary().getState())) {
        return job;
      }
    }
  }

  private static boolean lost(JobState state) {
    return switch (state) {
      case JOB_FAILED, JOB_CANCELLED, JOB_STOPPED -> true;
      default -> false;
    };
  }

  private String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(spec.toByteArray());
      return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

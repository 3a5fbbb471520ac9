package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Which checkpoints of a job are kept and how long, as it was submitted and as it came. */
public final class Retention {
  private static final int DEFAULT_CHECKPOINTS = 3;

  private Retention() {}

  /** For people: "every 5.0 s, 3 kept, none older than 2 d is restored". */
  static String text(JobDescription job) {
    JobSpec spec = job.getSpec();
    long interval = spec.getCheckpointIntervalMillis();
    String text = (interval == 0 ? "auto" : "every " + Human.duration(interval));
    text += ", " + kept(spec) + " kept";
    if (spec.getMaxCheckpointAgeMillis() != 0) {
      text +=
          ", none older than " + Human.duration(spec.getMaxCheckpointAgeMillis()) + " is restored";
    }
    return text;
  }

  /** For people: what becomes, or became, of what an ended job has stored; empty: nothing yet. */
  static String end(JobDescription job, long nowMillis) {
    if (job.getRemovedMillis() != 0) {
      return "removed at " + time(job.getRemovedMillis());
    }
    return job.getKeptUntilMillis() == 0
        ? ""
        : "kept until "
            + time(job.getKeptUntilMillis())
            + " (for "
            + Human.duration(job.getKeptUntilMillis() - nowMillis)
            + ")";
  }

  static void fields(JsonGenerator json, JobDescription job) throws IOException {
    JobSpec spec = job.getSpec();
    json.writeNumberField("keepCheckpoints", kept(spec));
    if (spec.hasKeepForMillis()) {
      json.writeNumberField("keepForMillis", spec.getKeepForMillis());
    } else {
      json.writeNullField("keepForMillis");
    }
    number(json, "maxCheckpointAgeMillis", spec.getMaxCheckpointAgeMillis());
    number(json, "keptUntilMillis", job.getKeptUntilMillis());
    number(json, "removedMillis", job.getRemovedMillis());
  }

  /** As all programs read it, to the second. */
  public static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static int kept(JobSpec spec) {
    return spec.getKeepCheckpoints() == 0 ? DEFAULT_CHECKPOINTS : spec.getKeepCheckpoints();
  }

  private static void number(JsonGenerator json, String field, long value) throws IOException {
    if (value == 0) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many checkpoints of a job are kept, how long, and which are too old to go on from. */
final class RetentionOptions {
  private static final int MOST_CHECKPOINTS = 20;
  private static final long LEAST_AGE_MILLIS = 1_000;
  private static final long MOST_MILLIS = 3650L * 24 * 3600 * 1000;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "N",
      description =
          "How many checkpoints of each partition are kept, 1 to 20, the newest (default: 3)."
              + " Those found unusable do not count.")
  @Nullable Integer keepCheckpoints;

  @Option(
      names = "--keep-for",
      paramLabel = "DURATION",
      description =
          "How long after its end what the job has stored is kept, such as 12h or 30d; 0s: not at"
              + " all (default: 7d, so that it can be retried; of a job that has succeeded nothing"
              + " is kept unless this is given).")
  @Nullable String keepFor;

  @Option(
      names = "--max-checkpoint-age",
      paramLabel = "DURATION",
      description =
          "A partition does not go on from a checkpoint that is older, such as 12h or 2d: the job"
              + " fails and says how to go on (default: from any).")
  @Nullable String maxCheckpointAge;

  void addTo(JobSpec.Builder spec) {
    if (keepCheckpoints != null) {
      if (keepCheckpoints < 1 || keepCheckpoints > MOST_CHECKPOINTS) {
        throw CliException.usage(
            "--keep-checkpoints " + keepCheckpoints + " is not within 1 to " + MOST_CHECKPOINTS);
      }
      spec.setKeepCheckpoints(keepCheckpoints);
    }
    if (keepFor != null) {
      spec.setKeepForMillis(millis("--keep-for", keepFor, 0, "0s"));
    }
    if (maxCheckpointAge != null) {
      spec.setMaxCheckpointAgeMillis(age(maxCheckpointAge));
    }
  }

  /** At least a second: zero would be none. */
  static long age(String text) {
    return millis("--max-checkpoint-age", text, LEAST_AGE_MILLIS, "1s");
  }

  /** As {@link #age}, or 0 for "any". */
  static long ageOrAny(String text) {
    return text.equals("any") ? 0 : age(text);
  }

  private static long millis(String option, String text, long least, String leastText) {
    long millis = Durations.millis(text);
    if (millis < least || millis > MOST_MILLIS) {
      throw CliException.usage(
          "%s %s is no duration from %s to 3650d, such as 12h or 7d"
              .formatted(option, text, leastText));
    }
    return millis;
  }
}

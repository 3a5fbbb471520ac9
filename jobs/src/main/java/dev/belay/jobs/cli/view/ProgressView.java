package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.JobSummary;

/** Shows a person how a job comes along. Safe for use by many threads. */
public interface ProgressView extends AutoCloseable {
  /** Where the job stands now; called several times a second. */
  void show(JobSummary job);

  /** Something that a person should know of, in one line that stays. */
  void event(String line);

  /** Leaves a clean line behind. */
  @Override
  void close();
}

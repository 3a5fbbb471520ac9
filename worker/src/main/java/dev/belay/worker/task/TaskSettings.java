package dev.belay.worker.task;

import java.time.Duration;

/**
 * How tasks are run.
 *
 * @param minimumInterval of checkpoints when it is chosen automatically; also the time to the first
 * @param maximumInterval of checkpoints when it is chosen automatically
 * @param priorMeanTimeBetweenFailures taken while none has been observed
 * @param retryMinimum the first pause after a failure that may pass by itself; doubled by each next
 * @param retryMaximum the longest such pause
 * @param stopGrace how long a stopped task may go on to its next safe point before its thread is
 *     interrupted
 * @param patience how long a checkpoint may be due, or an interrupted thread stay, without a safe
 *     point before it is said
 * @param uploads how many closed segments of a task may wait for the store before closing another
 *     one waits
 */
public record TaskSettings(
    Duration minimumInterval,
    Duration maximumInterval,
    Duration priorMeanTimeBetweenFailures,
    Duration retryMinimum,
    Duration retryMaximum,
    Duration stopGrace,
    Duration patience,
    int uploads) {
  public static final TaskSettings DEFAULTS =
      new TaskSettings(
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          8);
}

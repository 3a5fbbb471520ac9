package dev.belay.jobs.cli;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a user says about a job to submit, checked before anything is sent. */
final class SubmitOptions {
  static final int MAX_PARTITIONS = 1_000_000;
  private static final long MIN_INTERVAL_MILLIS = 100;
  private static final long MIN_STUCK_MILLIS = 1_000;
  private static final long MAX_INTERVAL_MILLIS = 7L * 24 * 3600 * 1000;
  private static final int MAX_NAME_LENGTH = 200;

  @picocli.CommandLine.Parameters(
      index = "0",
      paramLabel = "JOB",
      description = "The job, by its name; 'belay jobs' lists them.")
  String job = "";

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "KEY=VALUE",
      description = "A parameter of the job; once for each.")
  List<String> parameters = List.of();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Into how many pieces to cut the job, 1 to 1,000,000 (default: the job decides).")
  @Nullable Integer partitions;

  @Option(names = "--name", paramLabel = "TEXT", description = "What to call it (default: JOB).")
  @Nullable String name;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "auto|DURATION",
      defaultValue = "auto",
      description =
          "How often to save: auto, or at least 100ms, such as 500ms, 2s, 5m (default: auto, chosen"
              + " from what a checkpoint costs and how often workers fail).")
  String checkpointInterval = "auto";

  @Option(
      names = "--on-lost-checkpoints",
      paramLabel = "fail|restart",
      defaultValue = "fail",
      description =
          "What a partition does when every checkpoint of it is unusable: fail, or begin again"
              + " (default: fail).")
  String onLostCheckpoints = "fail";

  @Option(
      names = "--on-poison",
      paramLabel = "fail|continue",
      defaultValue = "fail",
      description =
          "What becomes of the job when a partition fails whatever is tried: it fails, or goes on"
              + " and leaves that partition out of its output; 'belay retry' brings it back as long"
              + " as the job has not succeeded (default: fail).")
  String onPoison = "fail";

  @Option(
      names = "--stuck-after",
      paramLabel = "DURATION",
      description =
          "How long a partition may pass no safe point, such as 30s or 5m: then its attempt has"
              + " failed, its thread is interrupted, and it is tried again elsewhere (default: as"
              + " long as it likes).")
  @Nullable String stuckAfter;

  @Mixin PlacementOptions placement = new PlacementOptions();

  @Mixin RetentionOptions retention = new RetentionOptions();

  @Option(
      names = "--stragglers",
      paramLabel = "auto|split|off",
      defaultValue = "auto",
      description =
          "What is done about partitions that keep the job waiting while workers are idle: they are"
              + " split, or run a second time beside the first where the job cannot split; only"
              + " split; or nothing (default: auto).")
  String stragglers = "auto";

  /**
   * What is sent, once it is known to be well-formed.
   *
   * @throws CliException saying what is wrong and how to mend it
   */
  JobSpec spec(JobCatalog catalog) {
    Job code = catalog.named(job);
    return refusing(() -> spec(code, Parameters.of(code, given())));
  }

  /**
   * Refuses what could not succeed on this machine's files: for when the workers see the same.
   *
   * @throws CliException saying what is wrong and how to mend it
   */
  void check(JobCatalog catalog) {
    Job code = catalog.named(job);
    refusing(
        () -> {
          code.check(Parameters.of(code, given()));
          return true;
        });
  }

  private static <T> T refusing(Supplier<T> step) {
    try {
      return step.get();
    } catch (BadInputException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private JobSpec spec(Job code, Parameters checked) {
    JobSpec.Builder spec =
        JobSpec.newBuilder()
            .setJob(code.name())
            .setName(name())
            .setPartitions(partitions())
            .setCheckpointIntervalMillis(intervalMillis(checkpointInterval))
            .setOnLostCheckpoints(onLost())
            .setOnPoison(onPoison())
            .setStragglers(stragglers())
            .setStuckAfterMillis(stuckMillis(stuckAfter))
            .addAllOutputs(code.outputs(checked));
    code.parameters()
        .forEach(
            declared ->
                spec.addParameters(
                    Parameter.newBuilder()
                        .setKey(declared.name())
                        .setValue(checked.text(declared.name()))));
    placement.addTo(spec);
    retention.addTo(spec);
    return spec.build();
  }

  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      if (equals <= 0) {
        throw CliException.usage("-p " + parameter + " is not KEY=VALUE");
      }
      String key = parameter.substring(0, equals);
      if (given.put(key, parameter.substring(equals + 1)) != null) {
        throw CliException.usage("parameter \"" + key + "\" is given twice");
      }
    }
    return given;
  }

  private String name() {
    if (name == null) {
      return job;
    }
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH || !name.equals(clean(name))) {
      throw CliException.usage(
          "--name takes 1 to " + MAX_NAME_LENGTH + " printable characters, not blank");
    }
    return name;
  }

  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}", "");
  }

  private int partitions() {
    if (partitions == null) {
      return 0;
    }
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw CliException.usage("--partitions " + partitions + " is not within 1 to 1,000,000");
    }
    return partitions;
  }

  private OnLostCheckpoints onLost() {
    return switch (onLostCheckpoints) {
      case "fail" -> OnLostCheckpoints.FAIL;
      case "restart" -> OnLostCheckpoints.RESTART;
      default ->
          throw CliException.usage(
              "--on-lost-checkpoints " + onLostCheckpoints + " is neither fail nor restart");
    };
  }

  private OnPoison onPoison() {
    return switch (onPoison) {
      case "fail" -> OnPoison.ON_POISON_FAIL;
      case "continue" -> OnPoison.ON_POISON_CONTINUE;
      default ->
          throw CliException.usage("--on-poison " + onPoison + " is neither fail nor continue");
    };
  }

  private Stragglers stragglers() {
    return switch (stragglers) {
      case "auto" -> Stragglers.STRAGGLERS_AUTO;
      case "split" -> Stragglers.STRAGGLERS_SPLIT_ONLY;
      case "off" -> Stragglers.STRAGGLERS_OFF;
      default ->
          throw CliException.usage(
              "--stragglers " + stragglers + " is neither auto nor split nor off");
    };
  }

  /** 0 for auto. */
  static long intervalMillis(String text) {
    if (text.equals("auto")) {
      return 0;
    }
    long millis = Durations.millis(text);
    if (millis < 0) {
      throw CliException.usage(
          "--checkpoint-interval "
              + text
              + " is neither auto nor a duration such as 500ms, 2s, 5m or 1h");
    }
    if (millis < MIN_INTERVAL_MILLIS || millis > MAX_INTERVAL_MILLIS) {
      throw CliException.usage(
          "--checkpoint-interval " + text + " is out of range: from 100ms to 168h, or auto");
    }
    return millis;
  }

  /** 0 for never. */
  static long stuckMillis(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    long millis = Durations.millis(text);
    if (millis < MIN_STUCK_MILLIS || millis > MAX_INTERVAL_MILLIS) {
      throw CliException.usage(
          "--stuck-after " + text + " is no duration from 1s to 168h, such as 30s, 5m or 1h");
    }
    return millis;
  }
}

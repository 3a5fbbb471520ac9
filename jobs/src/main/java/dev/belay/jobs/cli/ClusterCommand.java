package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.MirrorView;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.MirrorStatus;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the cluster as a whole fares. */
@Command(
    name = "cluster",
    description = {
      "Shows how far the coordinator's mirror is.",
      "The mirror is UP_TO_DATE, CATCHING_UP, OUT_OF_REACH, or FENCED: the cluster goes on"
          + " elsewhere, from that mirror.",
      "For monitoring: --json has millisBehind, and --max-behind an exit code."
    },
    footer = {
      "",
      "Examples:",
      "  belay cluster",
      "  belay cluster --json | jq .mirror.millisBehind",
      "  belay cluster --max-behind 1m || echo 'a disaster now would cost more than a minute'"
    })
final class ClusterCommand implements Callable<Integer> {
  private static final String NONE = "no mirror: give the coordinator one with --mirror URL";

  @Option(
      names = "--max-behind",
      paramLabel = "DURATION",
      description =
          "Exit with 1, and say why, if there is no mirror, if it is fenced, or if it is further"
              + " behind, such as 30s or 5m.")
  @Nullable String maxBehind;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  ClusterCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    long most = maxBehind == null ? -1 : Durations.millis(maxBehind);
    if (maxBehind != null && most < 0) {
      throw CliException.usage("--max-behind " + maxBehind + " is no duration, such as 30s or 5m");
    }
    try (CoordinatorClient client = coordinator.connect()) {
      ClusterStatus cluster = client.cluster();
      if (output.json()) {
        output.document(json -> MirrorView.cluster(json, cluster));
      } else {
        output.line(
            cluster.hasMirror()
                ? MirrorView.line(cluster.getMirror(), System.currentTimeMillis())
                : NONE);
      }
      if (most >= 0) {
        requireNotBehind(cluster, most);
      }
    }
    return ExitCode.DONE;
  }

  private static void requireNotBehind(ClusterStatus cluster, long most) {
    MirrorStatus mirror = cluster.getMirror();
    if (!cluster.hasMirror()) {
      throw new CliException(ExitCode.FAILED, NONE);
    }
    if (mirror.getState() == MirrorStatus.State.FENCED) {
      throw new CliException(
          ExitCode.FAILED, "the mirror takes nothing any more: " + Human.line(mirror.getMessage()));
    }
    if (!mirror.hasMillisBehind()) {
      throw new CliException(ExitCode.FAILED, "how far the mirror is behind is not known yet");
    }
    if (mirror.getMillisBehind() > most) {
      throw new CliException(
          ExitCode.FAILED,
          "the mirror is %s behind, more than %s"
              .formatted(Human.duration(mirror.getMillisBehind()), Human.duration(most)));
    }
  }

  /** At the foot of a table; nothing where there is no mirror. */
  static void foot(CoordinatorClient client, Output output) {
    ClusterStatus cluster = client.cluster();
    if (cluster.hasMirror()) {
      output.line(MirrorView.line(cluster.getMirror(), System.currentTimeMillis()));
    }
  }
}

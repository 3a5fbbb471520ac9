package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.MirrorView;
import dev.belay.runtime.proto.ClusterStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How the cluster as a whole fares. */
@Command(
    name = "cluster",
    description = {
      "Shows how far the coordinator's mirror is.",
      "The mirror is UP_TO_DATE, CATCHING_UP, OUT_OF_REACH, or FENCED: the cluster goes on"
          + " elsewhere, from that mirror."
    },
    footer = {"", "Examples:", "  belay cluster", "  belay cluster --json | jq .mirror.state"})
final class ClusterCommand implements Callable<Integer> {
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  ClusterCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      ClusterStatus cluster = client.cluster();
      if (output.json()) {
        output.document(json -> MirrorView.cluster(json, cluster));
      } else {
        output.line(
            cluster.hasMirror()
                ? MirrorView.line(cluster.getMirror(), System.currentTimeMillis())
                : "no mirror: give the coordinator one with --mirror URL");
      }
    }
    return ExitCode.DONE;
  }

  /** At the foot of a table; nothing where there is no mirror. */
  static void foot(CoordinatorClient client, Output output) {
    ClusterStatus cluster = client.cluster();
    if (cluster.hasMirror()) {
      output.line(MirrorView.line(cluster.getMirror(), System.currentTimeMillis()));
    }
  }
}

package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.LocalCluster;
import dev.belay.jobs.cli.view.ProgressView;

/** What ends a cluster on this machine early: a signal, or a coordinator that cannot go on. */
final class Interruption {
  private Interruption() {}

  /**
   * The first signal asks for an orderly end, the second one ends at once.
   *
   * @return the view, which is told
   */
  static ProgressView handled(Stop stop, ProgressView view) {
    Signals.onEnd(
        signal -> {
          int exitCode = Signals.exitCode(signal);
          if (!stop.request(new CliException(exitCode, "interrupted"))) {
            // The workers notice that their parent is gone.
            Runtime.getRuntime().halt(exitCode);
          }
          view.event("ending: the workers save what they have (once more ends at once)");
        });
    return view;
  }

  static void onFailure(LocalCluster cluster, Stop stop) {
    stop.onRequest(cluster::ending);
    Thread watch =
        new Thread(
            () -> {
              try {
                cluster.awaitEnd();
              } catch (CliException e) {
                stop.request(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "coordinator-watch");
    watch.setDaemon(true);
    watch.start();
  }
}

package dev.belay.jobs.net;

import dev.belay.jobs.net.Schedule.Action;
import dev.belay.jobs.net.Wire.Direction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out a schedule's steps on a cluster and its network, and remembers them. */
final class Misfortune {
  private record Link(int host, Direction direction) {}

  private final Network network;
  private final NetCluster cluster;
  private final Map<Link, Impairment> usual = new LinkedHashMap<>();
  private final Map<Link, Integer> cuts = new LinkedHashMap<>();
  private final List<String> done = new ArrayList<>();

  Misfortune(Network network, NetCluster cluster) {
    this.network = network;
    this.cluster = cluster;
  }

  void carryOut(Schedule.Step step) throws IOException {
    done.add(step.atMillis() + " ms: " + step.action());
    if (step.action() instanceof Action.Worsen worsen) {
      Link link = new Link(worsen.host(), worsen.direction());
      usual.put(link, worsen.how());
      set(link);
    } else if (step.action() instanceof Action.Cut cut) {
      Link link = new Link(cut.host(), cut.direction());
      cuts.merge(link, 1, Integer::sum);
      set(link);
    } else if (step.action() instanceof Action.Mend mend) {
      Link link = new Link(mend.host(), mend.direction());
      cuts.merge(link, -1, Integer::sum);
      set(link);
    } else if (step.action() instanceof Action.Kill kill) {
      cluster.kill(kill.host());
    } else if (step.action() instanceof Action.Start start) {
      cluster.start(start.host());
    }
  }

  private void set(Link link) throws IOException {
    network.impair(
        link.host(),
        link.direction(),
        cuts.getOrDefault(link, 0) > 0
            ? Impairment.CUT
            : usual.getOrDefault(link, Impairment.NONE));
  }

  /** One a line. */
  String done() {
    return String.join("\n", done);
  }
}

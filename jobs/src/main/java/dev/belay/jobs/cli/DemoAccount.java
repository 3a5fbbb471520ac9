package dev.belay.jobs.cli;

import dev.belay.jobs.cli.KnownPrimeCounts.Known;
import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the demonstration says at its end.
 *
 * @param killedAtShare how much of the job was done then
 */
record DemoAccount(DemoKill kill, long killedPid, double killedAtShare) {
  List<String> lines(JobDescription job, Known known, @Nullable Long count) {
    List<String> lines = new ArrayList<>();
    if (kill.victim().isEmpty()) {
      line(lines, "killed", "nobody: the job had ended before it was half-way");
    } else {
      recovery(lines, job);
    }
    line(lines, "result", result(known, count));
    return lines;
  }

  private void recovery(List<String> lines, JobDescription job) {
    List<DemoKill.Cost> costs = kill.costs(job);
    line(
        lines,
        "killed",
        "worker %s (pid %d) by SIGKILL at %.0f %% of the job, running %s"
            .formatted(
                kill.victim(),
                killedPid,
                killedAtShare * 100,
                DemoCommand.partitionsText(kill.lost())));
    String name = "noticed";
    if (!costs.isEmpty()) {
      Recovery first = costs.get(0).recovery();
      line(
          lines,
          name,
          Human.duration(first.getDetectedMillis())
              + " after its last sign of life: "
              + Names.of(first.getCause()));
    }
    name = "resumed";
    for (DemoKill.Cost cost : costs) {
      line(lines, name, resumed(cost.recovery()));
      name = "";
    }
    if (costs.isEmpty()) {
      line(lines, name, "nothing: it had just finished its partitions");
      return;
    }
    long lostMillis = costs.stream().mapToLong(DemoKill.Cost::lostMillis).max().orElse(0);
    line(
        lines,
        "done twice",
        String.format(
            Locale.ROOT,
            "about %.1f %% of the job: at most the last %s of %s",
            kill.redoneShare(job) * 100,
            Human.duration(lostMillis),
            DemoCommand.partitionsText(
                costs.stream().map(cost -> cost.recovery().getPartition()).toList())));
  }

  private static String resumed(Recovery recovery) {
    String from =
        recovery.getResumedFromSequence() == 0
            ? "its start"
            : "checkpoint " + Long.toUnsignedString(recovery.getResumedFromSequence());
    return "partition "
        + recovery.getPartition()
        + " on "
        + recovery.getToWorker()
        + " from "
        + from
        + ", "
        + Human.duration(recovery.getRestoredMillis())
        + " after that";
  }

  static String result(Known known, @Nullable Long count) {
    if (count == null) {
      return "none";
    }
    String text = DemoCommand.number(count) + " primes up to " + DemoCommand.number(known.upTo());
    return count == known.count()
        ? text + ", which equals the known answer"
        : text + ", but the known answer is " + DemoCommand.number(known.count());
  }

  private static void line(List<String> lines, String name, String text) {
    lines.add(String.format("%-11s %s", name, text));
  }
}

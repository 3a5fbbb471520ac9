package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.JobPage;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * One job in full. A job of more partitions than a screen takes is not: people see those that
 * something is wrong with, then those that run, and are told how to see others. Documents have all.
 */
@Command(
    name = "describe",
    description = {
      "Shows a job: state, partitions, checkpoints, recoveries, result.",
      "Of more than 50 partitions, 50 are shown unless asked for: what fails, then what runs."
          + " With --json, all are."
    },
    footer = {
      "",
      "Examples:",
      "  belay describe job-1",
      "  belay describe nightly --json | jq .result",
      "  belay describe nightly --state failed,quarantined",
      "  belay describe nightly --partitions 100..199"
    })
final class DescribeCommand implements Callable<Integer> {
  /** As many partitions as are shown unless more are asked for. */
  private static final int SCREEN = 50;

  @Mixin JobArgument job;
  @Mixin PartitionOptions partitions;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  DescribeCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    DescribeJobRequest.Builder request = partitions.request(job.job);
    int last = partitions.last();
    try (CoordinatorClient client = coordinator.connect()) {
      if (output.json()) {
        // Recoveries are wanted wherever the first page begins.
        request.setRecoveries(Integer.MAX_VALUE);
        JobPages pages = JobPages.ask(client, request.build(), last);
        output.stream(json -> JsonDocuments.job(json, pages));
      } else if (partitions.given()) {
        request.setRecoveries(JobPage.MOST_RECOVERIES);
        JobPages pages = JobPages.ask(client, request.build(), last);
        partitions.check(pages.first().getSummary());
        print(pages.first(), pages.until(output::readerGone), "");
      } else {
        screen(client, request);
      }
    }
    return ExitCode.DONE;
  }

  private void screen(CoordinatorClient client, DescribeJobRequest.Builder request) {
    request.setLimit(SCREEN).setRecoveries(JobPage.MOST_RECOVERIES);
    JobDescription first = client.describe(request.build());
    if (!first.hasNextPartition()) {
      print(first, List.of(first), "");
      return;
    }
    List<PartitionDescription> chosen = new ArrayList<>();
    request.setJob(first.getSummary().getJobId()).setRecoveries(0);
    choose(
        client,
        request,
        chosen,
        PartitionState.PARTITION_FAILED,
        PartitionState.PARTITION_QUARANTINED,
        PartitionState.PARTITION_RECOVERING);
    choose(
        client,
        request,
        chosen,
        PartitionState.PARTITION_RUNNING,
        PartitionState.PARTITION_DRAINING);
    JobDescription shown =
        chosen.isEmpty() ? first : JobDescription.newBuilder().addAllPartitions(chosen).build();
    String what =
        chosen.isEmpty()
            ? "the first " + shown.getPartitionsCount()
            : shown.getPartitionsCount() + " that fail or run";
    print(
        first,
        List.of(shown),
        "("
            + what
            + " of "
            + first.getSummary().getPartitions()
            + " partitions; others with --state, --partitions or --all)");
  }

  /** Adds partitions in these states, as many as there are and a screen takes. */
  private static void choose(
      CoordinatorClient client,
      DescribeJobRequest.Builder request,
      List<PartitionDescription> chosen,
      PartitionState... states) {
    request.clearStates().addAllStates(List.of(states));
    int room = SCREEN - chosen.size();
    if (room <= 0) {
      return;
    }
    for (JobDescription page : JobPages.ask(client, request.setLimit(room).build())) {
      page.getPartitionsList().stream().limit(SCREEN - chosen.size()).forEach(chosen::add);
      if (chosen.size() == SCREEN) {
        return;
      }
    }
  }

  private void print(JobDescription job, Iterable<JobDescription> pages, String more) {
    JobPage.print(
        job,
        pages,
        partitions.none(),
        more,
        System.currentTimeMillis(),
        output::line,
        output::table);
  }
}

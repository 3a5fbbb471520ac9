package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.Table;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.proto.JobSummary;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What jobs there are. */
@Command(
    name = "list",
    description = "Lists the jobs of a coordinator.",
    footer = {"", "Examples:", "  belay list", "  belay list --json --coordinator 10.0.0.5:7070"})
final class ListCommand implements Callable<Integer> {
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  ListCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      List<JobSummary> jobs = client.list();
      if (output.json()) {
        output.document(json -> JsonDocuments.jobs(json, jobs));
      } else {
        output.table(table(jobs, System.currentTimeMillis()));
        ClusterCommand.foot(client, output);
      }
    }
    return ExitCode.DONE;
  }

  private static Table table(List<JobSummary> jobs, long nowMillis) {
    Table table =
        new Table(
            Column.word("ID"),
            Column.text("NAME"),
            Column.text("JOB"),
            Column.word("STATE"),
            Column.number("PRIORITY"),
            Column.number("DONE"),
            Column.number("PARTITIONS"),
            Column.number("RUNNING"),
            Column.number("SUBMITTED"),
            Column.number("TOOK"));
    for (JobSummary job : jobs) {
      long end = job.getEndedMillis() == 0 ? nowMillis : job.getEndedMillis();
      table.row(
          job.getJobId(),
          job.getName(),
          job.getJob(),
          Names.of(job.getState()),
          job.getPriority(),
          Human.share(job.getProgress().getDone(), job.getProgress().getTotal()),
          job.getSucceeded()
              + "/"
              + job.getPartitions()
              + (job.getBisecting() == 0 ? "" : " (" + job.getBisecting() + " bisected)")
              + (job.getQuarantined() == 0 ? "" : " (" + job.getQuarantined() + " bad)"),
          job.getRunning(),
          Human.duration(nowMillis - job.getSubmittedMillis()) + " ago",
          Human.duration(end - job.getSubmittedMillis()));
    }
    return table;
  }
}

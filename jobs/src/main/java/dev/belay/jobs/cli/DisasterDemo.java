package dev.belay.jobs.cli;

import dev.belay.jobs.cli.KnownPrimeCounts.Known;
import dev.belay.jobs.cli.local.DrillStores;
import dev.belay.jobs.cli.local.RegionProcesses;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.JobDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration's larger sister: counts primes in one region, kills that as a whole half-way,
 * its store included, and lets another region go on from the mirror.
 */
final class DisasterDemo {
  private static final int WORKERS = 2;
  private static final double SECONDS = 15;
  private static final long POLL_MILLIS = 50;

  private final Output output;
  private final Stop stop = new Stop();
  private final DisasterAccount account = new DisasterAccount();
  private List<String> said = List.of();

  DisasterDemo(Output output) {
    this.output = output;
  }

  /** A job in the first region, when that was lost. */
  private record Begun(String job, Known known) {}

  int run() throws IOException {
    RunDirectory directory = RunDirectory.of(null, "disaster");
    int cores = Runtime.getRuntime().availableProcessors();
    int slots = Math.max(1, (cores + WORKERS - 1) / WORKERS);
    boolean right = false;
    try (ProgressView view = Interruption.handled(stop, output.progress());
        DrillStores stores = DrillStores.start(directory.path().resolve("stores"))) {
      view.event("starting a region of a coordinator and 2 workers, and a mirror of it in another");
      view.event("their stores: " + stores.describe());
      Begun begun = first(directory.path().resolve("first"), stores, slots, view);
      JobDescription job =
          second(directory.path().resolve("second"), stores, slots, view, begun.job());
      view.close();
      right = report(job, begun.known(), stores);
    } finally {
      if (right || stop.reason() != null) {
        directory.removeIfOurs(output);
      } else {
        output.say("belay: kept in " + directory.path());
      }
    }
    return right ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Begun first(Path directory, DrillStores stores, int slots, ProgressView view) {
    try (RegionProcesses region =
            RegionProcesses.start(
                directory,
                stores::prepareFirst,
                List.of("--store", stores.store(), "--mirror", stores.mirror()));
        CoordinatorClient client = new CoordinatorClient(region.address())) {
      region.startWorkers(WORKERS, slots);
      DemoMachine machine = new DemoMachine(client, stop);
      machine.awaitWorkers(WORKERS);
      view.event("measuring how fast this machine is");
      int partitions = WORKERS * slots;
      Known known = KnownPrimeCounts.notAbove(SECONDS * machine.numbersPerSecond(partitions));
      view.event(
          "counting the primes up to "
              + DemoCommand.number(known.upTo())
              + " in "
              + partitions
              + " partitions, a checkpoint each second");
      String job = machine.submit(known.upTo(), partitions);
      boolean lost = lose(region, client, stores, view, job);
      if (!lost) {
        throw reason("the job had ended before its region could be lost: try again");
      }
      return new Begun(job, known);
    }
  }

  private boolean lose(
      RegionProcesses region,
      CoordinatorClient client,
      DrillStores stores,
      ProgressView view,
      String jobId) {
    JobDescription last =
        new JobFollower(client, view, stop, POLL_MILLIS)
            .follow(
                jobId,
                job -> {
                  account.look(job);
                  return account.due(job, client.cluster().getMirror());
                });
    if (Names.ended(last.getSummary().getState()) || stop.reason() != null) {
      return false;
    }
    JobDescription atKill = client.describe(jobId, false);
    account.look(atKill);
    account.killed(atKill, client.cluster().getMirror(), System.currentTimeMillis());
    region.kill();
    stores.loseFirst();
    view.event(">>> SIGKILL to all of the first region: " + victims(stores));
    return true;
  }

  private JobDescription second(
      Path directory, DrillStores stores, int slots, ProgressView view, String jobId) {
    try (RegionProcesses region =
            RegionProcesses.start(
                directory, stores::prepareSecond, List.of("--recover-from", stores.origin()));
        CoordinatorClient client = new CoordinatorClient(region.address())) {
      said = region.said().stream().filter(DisasterDemo::isOfRecovery).toList();
      said.forEach(view::event);
      region.startWorkers(WORKERS, slots);
      boolean[] told = {false};
      return new JobFollower(client, view, stop, POLL_MILLIS)
          .follow(
              jobId,
              job -> {
                if (account.recovered(job, System.currentTimeMillis()) && !told[0]) {
                  told[0] = true;
                  view.event("all that was running goes on in the second region");
                }
              });
    }
  }

  private static boolean isOfRecovery(String line) {
    return line.startsWith("recovered cluster ")
        || line.startsWith("the mirror ends ")
        || line.startsWith("generation ");
  }

  private static String victims(DrillStores stores) {
    return "its coordinator, " + WORKERS + " workers and its " + stores.victim();
  }

  private CliException reason(String otherwise) {
    CliException reason = stop.reason();
    return reason != null ? reason : new CliException(ExitCode.FAILED, otherwise);
  }

  private boolean report(JobDescription job, Known known, DrillStores stores) {
    if (!Names.ended(job.getSummary().getState())) {
      throw reason("the job did not end");
    }
    Long count = DemoCommand.count(job);
    boolean right = count != null && count == known.count();
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            JsonDocuments.jobFields(json, List.of(job));
            json.writeNumberField("expected", known.count());
            account.write(json, job);
            json.writeEndObject();
          });
    } else {
      account
          .lines(job, victims(stores), said, DemoAccount.result(known, count))
          .forEach(output::line);
    }
    if (!right) {
      output.say("belay: the demonstration failed: " + error(job, count));
    }
    return right;
  }

  private static String error(JobDescription job, @Nullable Long count) {
    return count == null ? job.getSummary().getError() : "the count is wrong";
  }
}

package dev.belay.jobs.net;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.CoordinatorClient;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.cli.HostPort;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.proto.SubmitRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process on the coordinator's host that submits jobs and waits for their ends, however often the
 * coordinator goes away meanwhile. What it sees last of each goes to a file named for the job.
 */
final class Client {
  private static final long PAUSE_MILLIS = 100;

  /** How long a pause lasts, in these. */
  private static final int INTERFERED_PAUSES = 10;

  private final CoordinatorClient coordinator;

  private Client(CoordinatorClient coordinator) {
    this.coordinator = coordinator;
  }

  /** Address, directory, partitions, number of jobs, whether a user interferes. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[1]);
    try (CoordinatorClient coordinator = new CoordinatorClient(HostPort.parse(arguments[0]))) {
      Client client = new Client(coordinator);
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        if (i == 1) {
          client.await(jobs.get(0), JobState.JOB_RUNNING);
          Files.createFile(running(directory));
        }
        // What is slow is cut in every other one.
        Stragglers slow = i % 2 == 0 ? Stragglers.STRAGGLERS_OFF : Stragglers.STRAGGLERS_SPLIT_ONLY;
        jobs.add(client.submit(output(directory, i), Integer.parseInt(arguments[2]), slow));
      }
      if (Boolean.parseBoolean(arguments[4])) {
        client.interfere(jobs);
      }
      for (int i = 0; i < jobs.size(); i++) {
        Files.write(description(directory, i), client.awaitEnd(jobs.get(i)).toByteArray());
      }
    }
  }

  /** There as soon as the first job runs; the others are submitted then. */
  static Path running(Path directory) {
    return directory.resolve("running");
  }

  static Path output(Path directory, int job) {
    return directory.resolve("output" + job);
  }

  static Path description(Path directory, int job) {
    return directory.resolve("job" + job + ".pb");
  }

  private String submit(Path output, int partitions, Stragglers slow) throws InterruptedException {
    SubmitRequest request =
        SubmitRequest.newBuilder()
            .setKey(output.toString())
            .setSpec(
                JobSpec.newBuilder()
                    .setJob("diary")
                    .setPartitions(partitions)
                    .setCheckpointIntervalMillis(200)
                    .setStragglers(slow)
                    .addOutputs(output.toString())
                    .addParameters(
                        Parameter.newBuilder().setKey("output").setValue(output.toString())))
            .build();
    return patiently(() -> coordinator.submit(request));
  }

  private void await(String job, JobState state) throws InterruptedException {
    while (patiently(() -> coordinator.describe(job, true)).getSummary().getState() != state) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Pauses the first job and goes on with it, stops the last and retries it. */
  private void interfere(List<String> jobs) throws InterruptedException {
    String first = jobs.get(0);
    String last = jobs.get(jobs.size() - 1);
    control(() -> coordinator.pause(first));
    control(() -> coordinator.stop(last));
    for (int i = 0; i < INTERFERED_PAUSES; i++) {
      Thread.sleep(PAUSE_MILLIS);
    }
    control(() -> coordinator.resume(first));
    while (control(() -> coordinator.retry(last)) == ExitCode.FAILED && !hasSucceeded(last)) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private boolean hasSucceeded(String job) throws InterruptedException {
    return patiently(() -> coordinator.describe(job, true)).getSummary().getState()
        == JobState.JOB_SUCCEEDED;
  }

  /** Until the coordinator has said yes or no: that a job has ended already, or still stops. */
  private static int control(Supplier<?> request) throws InterruptedException {
    while (true) {
      try {
        var unused = request.get();
        return ExitCode.DONE;
      } catch (CliException e) {
        System.out.println(e.getMessage());
        if (e.exitCode() != ExitCode.UNREACHABLE) {
          return ExitCode.FAILED;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private JobDescription awaitEnd(String job) throws InterruptedException {
    while (true) {
      JobState state = patiently(() -> coordinator.describe(job, true)).getSummary().getState();
      switch (state) {
        case JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED -> {
          return patiently(() -> coordinator.describe(job, false));
        }
        default -> Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static <T> T patiently(Supplier<T> question) throws InterruptedException {
    while (true) {
      try {
        return question.get();
      } catch (CliException e) {
        System.out.println(e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}

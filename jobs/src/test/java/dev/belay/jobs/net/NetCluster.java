package dev.belay.jobs.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.journal.JournalException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.e2e.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A coordinator on host 1 and a worker on each of the others, all with the same disk. */
final class NetCluster implements AutoCloseable {
  private static final int PORT = 7070;
  private static final int SLOTS = 2;

  final JournalAudit audit = new JournalAudit();
  final Processes processes;
  private final Network network;
  private final Path directory;
  private final Map<Integer, Process> running = new LinkedHashMap<>();

  NetCluster(Network network, Path directory) throws IOException {
    this.network = network;
    this.directory = directory;
    this.processes = new Processes(directory, DiaryJob.class.getName());
  }

  static String address() {
    return Network.address(Schedule.COORDINATOR) + ":" + PORT;
  }

  private Path data() {
    return directory.resolve("data");
  }

  static String name(int host) {
    return host == Schedule.COORDINATOR ? "coordinator" : "w" + (host - 1);
  }

  void start(int host) throws IOException {
    String name = name(host);
    Process process =
        host == Schedule.COORDINATOR
            ? processes.startOn(
                network.on(host),
                name,
                "dev.belay.jobs.cli.Main",
                "coordinator",
                "--listen",
                address(),
                "--data",
                data().toString())
            : processes.startOn(
                network.on(host),
                name,
                "dev.belay.jobs.cli.Main",
                "worker",
                "--coordinator",
                address(),
                "--id",
                name,
                "--slots",
                Integer.toString(SLOTS),
                "--data",
                directory.resolve(name).toString());
    running.put(host, process);
  }

  /**
   * What a supervisor does: starts workers anew that found no coordinator when they started, and
   * therefore ended.
   */
  void tend() throws IOException {
    for (Map.Entry<Integer, Process> one : List.copyOf(running.entrySet())) {
      if (!one.getValue().isAlive()) {
        assertThat(one.getValue().exitValue())
            .as("%s ended by itself", name(one.getKey()))
            .isEqualTo(ExitCode.UNREACHABLE);
        start(one.getKey());
      }
    }
  }

  /** A coordinator's journal is audited at its death. */
  void kill(int host) throws JournalException {
    Process process = running.remove(host);
    if (process != null) {
      Processes.kill(process);
      if (host == Schedule.COORDINATOR) {
        audit.add(JournalFiles.read(data()));
      }
    }
  }

  /**
   * Somebody who submits jobs and waits for their ends.
   *
   * @param interferes whether they pause and stop jobs meanwhile
   */
  Process client(int partitions, int jobs, boolean interferes) throws IOException {
    return processes.startOn(
        network.on(Schedule.COORDINATOR),
        "client",
        Client.class.getName(),
        address(),
        directory.toString(),
        Integer.toString(partitions),
        Integer.toString(jobs),
        Boolean.toString(interferes));
  }

  @Override
  public void close() {
    processes.close();
  }
}

package dev.belay.bench.recovery;

import dev.belay.bench.JvmOptions;
import dev.belay.jobs.cli.HostPort;
import dev.belay.jobs.cli.Main;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator and workers, each a process of its own as the launcher would start it, and the
 * signals that befall them. No process outlives this one: each has its standard input from here and
 * ends with it, and a shutdown hook kills them besides. For one thread.
 */
public final class ProcessCluster implements AutoCloseable {
  private static final List<String> HEAP = List.of("-Xmx512m");

  /** Of Linux. */
  private static final int LONGEST_THREAD_NAME = 15;

  private final Path directory;
  private final HostPort address;
  private final int slots;
  private final List<String> coordinatorOptions;
  private final Map<String, Process> workers = new TreeMap<>();
  private final Thread hook = new Thread(this::killAll, "end-of-cluster");
  private @Nullable Process coordinator;

  /**
   * Starts nothing yet.
   *
   * @param directory for data and logs
   * @param slots of each worker
   */
  ProcessCluster(Path directory, int slots) throws IOException {
    this(directory, slots, HEAP);
  }

  /**
   * As the other constructor.
   *
   * @param coordinatorOptions of the coordinator's JVM, its heap among them
   */
  public ProcessCluster(Path directory, int slots, List<String> coordinatorOptions)
      throws IOException {
    this.directory = directory;
    this.slots = slots;
    this.coordinatorOptions = List.copyOf(coordinatorOptions);
    this.address = new HostPort("127.0.0.1", freePort());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  public HostPort address() {
    return address;
  }

  public Set<String> workers() {
    return workers.keySet();
  }

  public synchronized void startCoordinator() throws IOException {
    coordinator =
        start(
            "coordinator",
            coordinatorOptions,
            SupervisedCoordinator.class,
            List.of(
                "coordinator",
                "--listen",
                address.toString(),
                "--data",
                directory.resolve("coordinator").toString()));
  }

  /** Starts a worker, or starts it again under its old name. */
  public synchronized void startWorker(String name) throws IOException {
    workers.put(
        name,
        start(
            name,
            HEAP,
            Main.class,
            List.of(
                "worker",
                "--supervised",
                "--coordinator",
                address.toString(),
                "--id",
                name,
                "--slots",
                Integer.toString(slots),
                "--data",
                directory.resolve(name).toString())));
  }

  private Process start(String name, List<String> options, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(options);
    command.addAll(JvmOptions.permissions());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    Redirect log = Redirect.appendTo(log(name).toFile());
    return new ProcessBuilder(command)
        .redirectInput(Redirect.PIPE)
        .redirectOutput(log)
        .redirectError(log)
        .start();
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  /** SIGKILL. */
  void killCoordinator() throws InterruptedException {
    Process process = coordinator;
    if (process != null) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** SIGKILL; does not wait. */
  void kill(String worker) {
    process(worker).destroyForcibly();
  }

  /** Whether the worker's process has ended. */
  boolean gone(String worker) {
    return !process(worker).isAlive();
  }

  /** SIGSTOP, or SIGCONT. */
  void signal(String worker, String signal) throws IOException, InterruptedException {
    Process sent =
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid(worker)))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    if (sent.waitFor() != 0) {
      throw new IOException("kill -" + signal + " of worker " + worker + " failed");
    }
  }

  public long pid(String worker) {
    return process(worker).pid();
  }

  /** Of the coordinator and of all workers so far: the processor's time. */
  public Map<String, Duration> processorTimes() {
    Map<String, Duration> times = new TreeMap<>();
    workers.forEach((name, process) -> times.put(name, processorTime(process)));
    Process first = coordinator;
    if (first != null) {
      times.put("coordinator", processorTime(first));
    }
    return times;
  }

  /** The numbers of the same processes. */
  public Map<String, Long> pids() {
    Map<String, Long> pids = new TreeMap<>();
    workers.forEach((name, process) -> pids.put(name, process.pid()));
    Process first = coordinator;
    if (first != null) {
      pids.put("coordinator", first.pid());
    }
    return pids;
  }

  private static Duration processorTime(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Process process(String worker) {
    Process process = workers.get(worker);
    if (process == null) {
      throw new IllegalArgumentException("no worker " + worker);
    }
    return process;
  }

  /**
   * How many threads of the worker's process are at work on a job's tasks; -1 where the system does
   * not tell.
   */
  int threadsAtWork(String worker, String jobId) {
    Path tasks = Path.of("/proc", Long.toString(pid(worker)), "task");
    String name = "belay-" + jobId + "-";
    String prefix = name.substring(0, Math.min(name.length(), LONGEST_THREAD_NAME));
    try (var threads = Files.list(tasks)) {
      return (int) threads.filter(thread -> comm(thread).startsWith(prefix)).count();
    } catch (IOException e) {
      return -1;
    }
  }

  private static String comm(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      // It has ended.
      return "";
    }
  }

  /** The last lines that each process had to say, for people. */
  public String lastWords() {
    StringBuilder words = new StringBuilder();
    List<String> names = new ArrayList<>(workers.keySet());
    names.add(0, "coordinator");
    for (String name : names) {
      words.append("; ").append(name).append(": ").append(lastLine(log(name)));
    }
    return words.toString();
  }

  private static String lastLine(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return "no log";
    }
  }

  private synchronized void killAll() {
    Process last = coordinator;
    if (last != null) {
      last.destroyForcibly();
    }
    workers.values().forEach(Process::destroyForcibly);
  }

  /** Ends every process, and waits until they are gone. */
  @Override
  public void close() {
    killAll();
    if (coordinator != null) {
      coordinator.onExit().join();
    }
    workers.values().forEach(process -> process.onExit().join());
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}

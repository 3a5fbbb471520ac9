package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Real processes of the {@code belay} command, as built into its jar, with the test's own job
 * beside the ready-made ones. Ends, by pid, all that it started.
 */
public final class Processes implements AutoCloseable {
  private static final Path JAR = Path.of(System.getProperty("belay.jar", "target/belay.jar"));
  private static final List<String> OPENS =
      List.of(System.getProperty("belay.jvm.opens", "").trim().split("\\s+"));

  private static final Set<String> SERVERS = Set.of("coordinator", "worker");
  private static final int LAST_LINES = 60;

  private final Path logs;
  private final Path services;
  private final List<Process> started = new ArrayList<>();

  /** Added to that of each process. */
  final Map<String, String> environment = new LinkedHashMap<>();

  Processes(Path directory) throws IOException {
    this(
        directory,
        String.join(
            "\n",
            GatedJob.class.getName(),
            HangingJob.class.getName(),
            HungryJob.class.getName(),
            LameJob.class.getName(),
            PoisonedJob.class.getName()));
  }

  /**
   * Logs and all go below the directory.
   *
   * @param job the class of the test's job
   */
  public Processes(Path directory, String job) throws IOException {
    logs = Files.createDirectories(directory.resolve("logs"));
    services = directory.resolve("services");
    Path file = services.resolve("META-INF/services/dev.belay.runtime.job.Job");
    Files.createDirectories(file.getParent());
    Files.writeString(file, job);
  }

  /** Starts a command; both of its outputs go to a log of that name. */
  Process start(String log, String... arguments) throws IOException {
    return startOn(List.of(), log, "dev.belay.jobs.cli.Main", arguments);
  }

  /**
   * Starts any class with a main method.
   *
   * @param before what stands before the command, such as what puts it on another host
   */
  public Process startOn(List<String> before, String log, String main, String... arguments)
      throws IOException {
    return startOn(before, List.of(), log, main, arguments);
  }

  /**
   * As above.
   *
   * @param jvm more options of the JVM
   */
  Process startOn(
      List<String> before, List<String> jvm, String log, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(OPENS);
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(List.of(arguments));
    if (SERVERS.contains(arguments[0])) {
      // They end with this process, however that ends: their standard input is a pipe from it.
      command.add("--supervised");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(log).toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String classPath() {
    Path testClasses = Path.of("target/test-classes").toAbsolutePath();
    return String.join(
        System.getProperty("path.separator"),
        JAR.toAbsolutePath().toString(),
        services.toString(),
        testClasses.toString());
  }

  Path log(String name) {
    return logs.resolve(name + ".log");
  }

  /** The last lines of each log. */
  public String allLogs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(logs)) {
      for (Path file : files.sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        all.append("--- ").append(file.getFileName()).append('\n');
        lines.stream()
            .skip(Math.max(0, lines.size() - LAST_LINES))
            .forEach(line -> all.append(line).append('\n'));
      }
    }
    return all.toString();
  }

  String logText(String name) {
    try {
      return Files.exists(log(name))
          ? Files.readString(log(name), StandardCharsets.UTF_8)
          : "(no log)";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  public static void kill(Process process) {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("killed").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Any other signal. */
  static void signal(Process process, String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).as("kill -%s %d", signal, process.pid()).isZero();
  }

  @Override
  public void close() {
    for (Process process : started) {
      kill(process);
    }
  }
}

package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.belay.jobs.cli.local.MinioHost;
import dev.belay.jobs.cli.local.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code belay minio}, which leaves no server behind, however it ends. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class MinioIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  static boolean present() {
    return MinioHost.present();
  }

  @Test
  void itsServerEndsWithItEvenWhenItIsKilled() throws Exception {
    try (Processes processes = new Processes(directory)) {
      killed(processes);
      Process again = serving(processes, Ports.free());
      Processes.signal(again, "TERM");
      assertThat(again.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(again.exitValue()).isZero();
    }
  }

  /** As timeout(1), a terminal or a service manager end all processes of a group. */
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "KILL"})
  void itsServerEndsWithItsProcessGroup(String signal) throws Exception {
    int port = Ports.free();
    try (Processes processes = new Processes(directory)) {
      // A shell with job control gives what it runs a group of its own.
      List<String> own = List.of("bash", "-c", "set -m; \"$@\" & wait", "group");
      Process shell = serving(processes, own, port);
      long group = shell.children().findFirst().orElseThrow().pid();
      new ProcessBuilder("sh", "-c", "kill -" + signal + " -" + group).start().waitFor();
      await("the server is gone").atMost(PATIENCE).until(() -> !listens(port));
    }
  }

  /** A docker that runs what it is told to on this machine instead of in a container. */
  @Test
  void soDoesOneInAContainer() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path docker = bin.resolve("docker");
    Files.writeString(
        docker,
        """
        #!/bin/sh
        echo "$*" >>'%s'
        [ "$1" = info ] && exit 0
        for word; do
          case $word in
            127.0.0.1:*:9000) address=${word%%:9000} ;;
            *:/data) data=${word%%:/data} ;;
          esac
        done
        exec '%s' server "$data" --address "$address" --quiet
        """
            .formatted(directory.resolve("asked"), MinioHost.program()));
    assertThat(docker.toFile().setExecutable(true)).isTrue();
    try (Processes processes = new Processes(directory)) {
      processes.environment.put("MINIO_BIN", "");
      processes.environment.put("PATH", bin + ":/usr/bin:/bin");
      killed(processes);
    }
    assertThat(Files.readAllLines(directory.resolve("asked")))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("run --rm --user ")
        .doesNotContain("PASSWORD=");
  }

  private void killed(Processes processes) throws Exception {
    int port = Ports.free();
    Processes.kill(serving(processes, port));
    await("the server is gone").atMost(PATIENCE).until(() -> !listens(port));
  }

  private Process serving(Processes processes, int port) throws IOException {
    return serving(processes, List.of(), port);
  }

  private Process serving(Processes processes, List<String> before, int port) throws IOException {
    Process minio =
        processes.startOn(
            before,
            "minio-" + port,
            "dev.belay.jobs.cli.Main",
            "minio",
            "--port",
            Integer.toString(port),
            "--data",
            directory.resolve("data").toString());
    await("it serves")
        .atMost(PATIENCE)
        .until(
            () ->
                !minio.isAlive()
                    || processes.logText("minio-" + port).contains("MinIO ready on")
                        && processes.logText("minio-" + port).contains("its credentials"));
    assertThat(processes.logText("minio-" + port)).contains("http://127.0.0.1:" + port);
    assertThat(listens(port)).isTrue();
    return minio;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}

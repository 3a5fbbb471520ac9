package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.belay.jobs.cli.CliException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before or instead of a server, and what its guard does: without a MinIO. */
class MinioServerTest {
  @TempDir Path directory;

  private MinioBinary script(String text) throws Exception {
    Path file = directory.resolve("program");
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return new MinioBinary(file, false);
  }

  @Test
  void aTakenPortIsNamedBeforeAnythingIsStarted() throws Exception {
    MinioBinary binary = script("touch '" + directory.resolve("started") + "'");
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      assertThatThrownBy(
              () -> MinioServer.start(binary, directory.resolve("m"), socket.getLocalPort()))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("127.0.0.1:" + socket.getLocalPort())
          .hasMessageContaining("--port");
    }
    assertThat(directory.resolve("started")).doesNotExist();
    MinioDirectory.open(directory.resolve("m")).close();
  }

  @Test
  void oneServerAtATimeOnADirectory() throws Exception {
    MinioDirectory first = MinioDirectory.open(directory.resolve("m"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("m"));
    MinioBinary binary = script("exit 1");
    assertThatThrownBy(() -> MinioServer.start(binary, link, 0))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("in use by another MinIO server")
        .hasMessageContaining("--data")
        .message()
        .doesNotContain("\n");
    first.close();
    MinioDirectory.open(link).close();
  }

  @Test
  void whatIsNoMinioIsCalledThat() throws Exception {
    MinioBinary silent = script("exit 0");
    assertThatThrownBy(() -> MinioServer.start(silent, directory.resolve("m"), 0))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("is no MinIO server")
        .hasMessageContaining("MINIO_BIN");
  }

  @Test
  void aMinioThatEndsAtOnceIsQuotedFromThisLifeAlone() throws Exception {
    Path data = Files.createDirectories(directory.resolve("m"));
    Files.writeString(data.resolve("log"), "ERROR of old\n");
    String version = "[ \"$1\" = --version ] && echo minio version 1 && exit; ";
    MinioBinary silent = script(version + "exit 1");
    assertThatThrownBy(() -> MinioServer.start(silent, data, 0))
        .hasMessageContaining("it said nothing");
    MinioBinary speaking = script(version + "echo 'FATAL disk is full'; exit 1");
    assertThatThrownBy(() -> MinioServer.start(speaking, data, 0))
        .hasMessageContaining("FATAL disk is full")
        .message()
        .doesNotContain("No such process");
  }

  @Test
  void aPortThatIsTakenMeanwhileIsNoReasonToGiveUpWhereAnyWillDo() throws Exception {
    Path asked = directory.resolve("asked");
    MinioBinary binary =
        script(
            "[ \"$1\" = --version ] && echo minio version 1 && exit; echo \"$5\" >>'"
                + asked
                + "'; echo 'FATAL Unable to start the server: Specified port is already in use';"
                + " echo '      > Please ensure no other program uses it'; exit 1");
    assertThatThrownBy(() -> MinioServer.start(binary, directory.resolve("m"), 0))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("ended at once");
    assertThat(Files.readAllLines(asked)).hasSize(5).doesNotHaveDuplicates();
    int port = Ports.free();
    assertThatThrownBy(() -> MinioServer.start(binary, directory.resolve("m"), port))
        .isInstanceOf(CliException.class);
    assertThat(Files.readAllLines(asked)).hasSize(6).endsWith("127.0.0.1:" + port);
  }

  @Test
  void theCommandEndsWithThePipeEvenWhenItsGuardWasKilled() throws Exception {
    Path pid = directory.resolve("pid");
    List<String> command =
        List.of(
            "sh",
            "-c",
            "echo $$ >" + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000");
    MinioGuard guard = MinioGuard.start(command, Map.of(), directory.resolve("log"));
    await().until(() -> Files.exists(pid));
    ProcessHandle sleeper =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    sleeper.parent().orElseThrow().destroyForcibly();
    guard.awaitEnd();
    assertThat(sleeper.isAlive()).isTrue();
    guard.end();
    sleeper.onExit().get(30, TimeUnit.SECONDS);
  }
}

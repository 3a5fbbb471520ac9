package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.jobs.cli.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinioBinaryTest {
  @TempDir Path directory;

  private Path program(String name) throws Exception {
    Path file = Files.createFile(directory.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void theOneThatIsNamedComesBeforeThatOnThePath() throws Exception {
    Path onPath = program("minio");
    Path named = program("my-minio");
    String path = "/nowhere:" + directory;
    assertThat(MinioBinary.find(Map.of("MINIO_BIN", named.toString(), "PATH", path)).program())
        .isEqualTo(named);
    assertThat(MinioBinary.find(Map.of("PATH", path)).program()).isEqualTo(onPath);
  }

  @Test
  void whatIsNamedButNoProgramIsRefused() {
    assertThatThrownBy(() -> MinioBinary.find(Map.of("MINIO_BIN", directory.toString())))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("no program");
  }

  @Test
  void noPasswordIsInACommandLineAndItListensOnLoopback() throws Exception {
    Path program = program("any");
    for (boolean docker : new boolean[] {false, true}) {
      List<String> command = new MinioBinary(program, docker).command(directory, 9000);
      assertThat(String.join(" ", command))
          .startsWith(program.toString())
          .contains("127.0.0.1:9000")
          .doesNotContain("PASSWORD=");
    }
  }

  @Test
  void withoutOneItIsDockerIfThatHasAnEngine() throws Exception {
    Path docker = program("docker");
    Map<String, String> environment = Map.of("PATH", directory.toString());
    Files.writeString(docker, "#!/bin/sh\n[ \"$1\" = info ]\n");
    assertThat(MinioBinary.find(environment)).isEqualTo(new MinioBinary(docker, true));
    Files.writeString(docker, "#!/bin/sh\nexit 1\n");
    assertThatThrownBy(() -> MinioBinary.find(environment))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("there is no MinIO here")
        .hasMessageContaining("MINIO_BIN")
        .hasMessageContaining("start Docker")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void credentialsAreMadeOnceAndForTheOwnerAlone() throws Exception {
    MinioCredentials first = MinioCredentials.in(directory);
    MinioCredentials again = MinioCredentials.in(directory);
    assertThat(again.password()).isEqualTo(first.password()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(Files.getPosixFilePermissions(first.file())).hasSize(2);
  }
}

package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.jobs.cli.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    for (MinioBinary binary :
        new MinioBinary[] {new MinioBinary(program("minio")), new MinioBinary(null)}) {
      assertThat(String.join(" ", binary.command(directory, 9000)))
          .contains("127.0.0.1:9000")
          .doesNotContain("PASSWORD=");
    }
  }

  @Test
  void credentialsAreMadeOnceAndForTheOwnerAlone() throws Exception {
    MinioCredentials first = MinioCredentials.in(directory);
    MinioCredentials again = MinioCredentials.in(directory);
    assertThat(again.password()).isEqualTo(first.password()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(Files.getPosixFilePermissions(first.file())).hasSize(2);
  }
}

package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How MinIO can be started here: the program in {@code MINIO_BIN}, else {@code minio} on the PATH,
 * else its image by the {@code docker} there.
 *
 * @param program of MinIO, or of Docker
 */
record MinioBinary(Path program, boolean docker) {
  private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";
  private static final long DOCKER_SECONDS = 10;
  private static final long VERSION_SECONDS = 10;
  private static final int MOST_VERSION_BYTES = 4096;

  /** The program here, if there is one. */
  static Optional<MinioBinary> program(Map<String, String> environment) {
    String given = environment.getOrDefault("MINIO_BIN", "");
    if (!given.isBlank()) {
      Path path = Path.of(given);
      if (!Files.isExecutable(path) || Files.isDirectory(path)) {
        throw CliException.usage("MINIO_BIN is " + given + ", which is no program");
      }
      return Optional.of(new MinioBinary(path.toAbsolutePath(), false));
    }
    return onPath(environment, "minio").map(path -> new MinioBinary(path, false));
  }

  private static Optional<Path> onPath(Map<String, String> environment, String name) {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path path = Path.of(directory.isEmpty() ? "." : directory, name);
      if (Files.isExecutable(path) && !Files.isDirectory(path)) {
        return Optional.of(path.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  /**
   * @throws CliException with the ways to get it, if there is none
   */
  static MinioBinary find(Map<String, String> environment) {
    return program(environment)
        .or(
            () ->
                onPath(environment, "docker")
                    .filter(MinioBinary::hasEngine)
                    .map(path -> new MinioBinary(path, true)))
        .orElseThrow(
            () ->
                CliException.usage(
                    "there is no MinIO here: put minio on the PATH or its path in MINIO_BIN (get it"
                        + " with: go install github.com/minio/minio@latest, or from your package"
                        + " manager), or start Docker"));
  }

  /** A client without an engine is no Docker. */
  private static boolean hasEngine(Path docker) {
    try {
      Process asked =
          new ProcessBuilder(docker.toString(), "info")
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      boolean ended = asked.waitFor(DOCKER_SECONDS, TimeUnit.SECONDS);
      asked.destroyForcibly();
      return ended && asked.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Whether the program calls itself MinIO when asked for its version; Docker is taken on trust.
   */
  boolean minio() {
    if (docker) {
      return true;
    }
    try {
      Process asked =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      asked.getOutputStream().close();
      var late =
          CompletableFuture.runAsync(
              asked::destroyForcibly,
              CompletableFuture.delayedExecutor(VERSION_SECONDS, TimeUnit.SECONDS));
      try (InputStream said = asked.getInputStream()) {
        return new String(said.readNBytes(MOST_VERSION_BYTES), StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT)
            .contains("minio");
      } finally {
        late.cancel(false);
        asked.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** The words of the command that serves a directory; the password is in the environment. */
  List<String> command(Path data, int port) {
    if (!docker) {
      return List.of(
          program.toString(),
          "server",
          data.toString(),
          "--quiet",
          "--address",
          "127.0.0.1:" + port);
    }
    return List.of(
        program.toString(),
        "run",
        "--rm",
        "--user",
        owner(data),
        "--publish",
        "127.0.0.1:" + port + ":9000",
        "--volume",
        data + ":/data",
        "--env",
        "MINIO_ROOT_USER",
        "--env",
        "MINIO_ROOT_PASSWORD",
        "--env",
        "MINIO_BROWSER",
        "--env",
        "MINIO_UPDATE",
        IMAGE,
        "server",
        "/data",
        "--quiet");
  }

  /** So that what the container writes is the user's own: user and group, as numbers. */
  private static String owner(Path data) {
    try {
      return Files.getAttribute(data, "unix:uid") + ":" + Files.getAttribute(data, "unix:gid");
    } catch (IOException | UnsupportedOperationException e) {
      return "0:0";
    }
  }
}

package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stores of two regions on this machine, the first of which can be lost: a MinIO server each,
 * with credentials of its own, or a directory each where there is no MinIO.
 */
public final class DrillStores implements AutoCloseable {
  private static final String PROFILE = "there";

  private final Path directory;
  private final @Nullable MinioServer here;
  private final @Nullable MinioServer there;

  /** Of the first region: its own credentials, and those of the other as a profile. */
  private final @Nullable Path both;

  private DrillStores(
      Path directory,
      @Nullable MinioServer here,
      @Nullable MinioServer there,
      @Nullable Path both) {
    this.directory = directory;
    this.here = here;
    this.there = there;
    this.both = both;
  }

  /** Below a directory; returns once they serve. */
  public static DrillStores start(Path directory) {
    Optional<MinioBinary> program = MinioBinary.program(System.getenv());
    if (program.isEmpty()) {
      return new DrillStores(directory, null, null, null);
    }
    MinioServer here = MinioServer.start(program.get(), directory.resolve("here"), 0);
    MinioServer there = null;
    try {
      there = MinioServer.start(program.get(), directory.resolve("there"), 0);
      Path both = here.credentials().with(PROFILE, there.credentials());
      return new DrillStores(directory, here, there, both);
    } catch (IOException | RuntimeException e) {
      if (there != null) {
        there.close();
      }
      here.close();
      throw new CliException(ExitCode.FAILED, "cannot start two MinIO: " + e.getMessage(), e);
    }
  }

  /** For people. */
  public String describe() {
    return here != null
        ? "a MinIO server each"
        : "a directory each, as there is no minio on the PATH or in MINIO_BIN";
  }

  /** What of the first region's store is killed with it. */
  public String victim() {
    return here != null ? "MinIO" : "directory";
  }

  /** The URL of the first region's store. */
  public String store() {
    return here != null ? here.store() : Stores.url(directory.resolve("here"));
  }

  /** The URL of the other region's store, as the first one names it. */
  public String mirror() {
    return there != null ? there.store() + "&profile=" + PROFILE : origin();
  }

  /** And as the other region does. */
  public String origin() {
    return there != null ? there.store() : Stores.url(directory.resolve("there"));
  }

  /** The credentials of the first region's processes. */
  public void prepareFirst(Map<String, String> environment) {
    if (here != null && both != null) {
      here.credentials().useIn(environment);
      environment.put("AWS_SHARED_CREDENTIALS_FILE", both.toString());
    }
  }

  /** Those of the other's, which know the first one's store no more. */
  public void prepareSecond(Map<String, String> environment) {
    if (there != null) {
      there.credentials().useIn(environment);
    }
  }

  /** SIGKILL, or out of everyone's way. */
  public void loseFirst() {
    if (here != null) {
      here.kill();
      return;
    }
    try {
      Path store = directory.resolve("here");
      if (Files.exists(store)) {
        Path unused = Files.move(store, directory.resolve("lost"));
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "cannot take the store away: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (here != null) {
      here.close();
    }
    if (there != null) {
      there.close();
    }
  }
}

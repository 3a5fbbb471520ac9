package dev.belay.jobs.cli.local;

import dev.belay.storage.s3.S3Server;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** S3 for a test, on loopback: MinIO where its program is found, else S3Proxy in this process. */
public abstract class S3Host implements AutoCloseable {
  /** Started, with an empty bucket. */
  public static S3Host start(Path directory) throws Exception {
    return MinioBinary.program(System.getenv()).isPresent()
        ? new Minio(MinioServer.start(directory, 0))
        : new InProcess(new S3Server());
  }

  /** The URL of a store in it. */
  public abstract String store();

  /** What gives a process the credentials. */
  public abstract Map<String, String> environment();

  /** What must not be found anywhere. */
  public abstract String secret();

  private static final class Minio extends S3Host {
    private final MinioServer server;

    Minio(MinioServer server) {
      this.server = server;
    }

    @Override
    public String store() {
      return server.store();
    }

    @Override
    public Map<String, String> environment() {
      Map<String, String> environment = new LinkedHashMap<>();
      server.credentials().useIn(environment);
      return environment;
    }

    @Override
    public String secret() {
      return server.credentials().password();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static final class InProcess extends S3Host {
    private final S3Server server;
    private final String store;

    InProcess(S3Server server) throws Exception {
      this.server = server;
      this.store = server.place().url();
    }

    @Override
    public String store() {
      return store;
    }

    @Override
    public Map<String, String> environment() {
      return Map.of(
          "AWS_ACCESS_KEY_ID", S3Server.IDENTITY, "AWS_SECRET_ACCESS_KEY", S3Server.CREDENTIAL);
    }

    @Override
    public String secret() {
      return S3Server.CREDENTIAL;
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }
}

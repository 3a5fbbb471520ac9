package dev.belay.jobs.cli.local;

import java.net.URI;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * S3Proxy in a process of its own, with its objects in a directory; credentials are in the
 * environment, as those of MinIO.
 */
public final class S3ProxyMain {
  private S3ProxyMain() {}

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", args[1]);
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(BlobStores.create("filesystem-nio2", properties))
            .endpoint(URI.create("http://127.0.0.1:" + args[0]))
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4,
                System.getenv("MINIO_ROOT_USER"),
                System.getenv("MINIO_ROOT_PASSWORD"))
            .build();
    proxy.start();
    Thread.currentThread().join();
  }
}

package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import java.net.URI;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** S3Proxy in this process, on loopback, with its objects in memory. */
public final class S3Server implements AutoCloseable {
  public static final String IDENTITY = "belay-test";
  public static final String CREDENTIAL = "belay-test-secret";

  private final BlobStore objects = BlobStores.create("transient-nio2", new Properties());
  private final S3Proxy proxy;
  private final AtomicInteger buckets = new AtomicInteger();

  public S3Server() throws Exception {
    this(false);
  }

  private S3Server(boolean sessions) throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, IDENTITY, CREDENTIAL)
            .ignoreUnknownHeaders(sessions)
            .build();
    proxy.start();
  }

  /** One that lets session tokens pass, and looks at the signature alone. */
  static S3Server withSessions() throws Exception {
    return new S3Server(true);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  public S3Client client() throws StoreException {
    return client(endpoint(), CREDENTIAL);
  }

  /** The same, through this network. */
  public S3Client client(SdkHttpClient http) throws StoreException {
    return builder(endpoint(), CREDENTIAL).httpClientBuilder(null).httpClient(http).build();
  }

  static S3Client client(URI endpoint, String credential) throws StoreException {
    return builder(endpoint, credential).build();
  }

  /** As of a store, but for the credentials. */
  private static S3ClientBuilder builder(URI endpoint, String credential) throws StoreException {
    return S3Clients.builder(S3Location.parse("s3://any?endpoint=" + endpoint))
        .credentialsProvider(credentials(credential));
  }

  static StaticCredentialsProvider credentials() {
    return credentials(CREDENTIAL);
  }

  private static StaticCredentialsProvider credentials(String credential) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(IDENTITY, credential));
  }

  /** A new bucket, and a place in it. */
  public S3Location place() throws Exception {
    String bucket = "bucket-" + buckets.incrementAndGet();
    try (S3Client client = client()) {
      client.createBucket(create -> create.bucket(bucket));
    }
    return S3Location.parse("s3://" + bucket + "/some/prefix?endpoint=" + endpoint());
  }

  /** Gives back the memory of a place and its bucket. */
  public void remove(S3Location place) {
    objects.deleteContainer(place.bucket());
  }

  @Override
  public void close() throws Exception {
    proxy.stop();
  }
}

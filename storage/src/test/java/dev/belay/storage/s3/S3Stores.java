package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;

/** Stores over a network of the test's own. */
public final class S3Stores {
  private S3Stores() {}

  /** With this process's credentials. */
  public static S3Store over(S3Location location, SdkHttpClient http) throws StoreException {
    return new S3Store(
        location, S3Clients.builder(location).httpClientBuilder(null).httpClient(http).build());
  }

  static S3Store over(S3Location location, SdkHttpClient http, AwsCredentialsProvider credentials)
      throws StoreException {
    return new S3Store(
        location,
        S3Clients.builder(location)
            .httpClientBuilder(null)
            .httpClient(http)
            .credentialsProvider(credentials)
            .build());
  }
}

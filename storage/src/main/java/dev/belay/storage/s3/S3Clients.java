package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Makes the client for a location. Credentials, region, endpoint, checksums: whatever the location
 * leaves open is taken as AWS tools take it (environment, profile, web identity, the machine's
 * role), by the SDK.
 *
 * <p>Failed requests are tried again by the SDK, at most {@value #ATTEMPTS} times in all, with
 * exponential backoff and jitter, and a longer one where the server asks to slow down; that takes
 * seconds. A longer outage is for the caller, who has work that can go on meanwhile.
 */
final class S3Clients {
  private static final int ATTEMPTS = 5;
  private static final int CONNECTIONS = 64;

  private S3Clients() {}

  static S3Client client(S3Location location) throws StoreException {
    return client(location, new Silence());
  }

  /**
   * @param silence is told what its requests wait for
   */
  static S3Client client(S3Location location, Silence silence) throws StoreException {
    try {
      return builder(location).httpClientBuilder(HeardHttp.builder(http(), silence)).build();
    } catch (SdkClientException e) {
      throw new StoreException(
          Kind.CONFIGURATION,
          "the S3 store " + location.url() + " cannot be used: " + S3Errors.line(e),
          e);
    }
  }

  /** All of it, for tests to replace a piece. */
  static S3ClientBuilder builder(S3Location location) throws StoreException {
    URI endpoint = location.endpoint();
    Profile profile = profile(location);
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials(profile))
            .region(region(location, profile))
            .forcePathStyle(pathStyle(location, profile))
            .overrideConfiguration(
                settings ->
                    settings
                        .addExecutionInterceptor(new ShortWaits())
                        .retryStrategy(
                            AwsRetryStrategy.forRetryMode(RetryMode.STANDARD).toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()))
            .httpClientBuilder(http());
    if (profile != null) {
      builder.overrideConfiguration(
          builder.overrideConfiguration().copy(all -> all.defaultProfileName(profile.name())));
    }
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    S3Location.Checksums checksums = location.checksums();
    if (checksums != null) {
      boolean required = checksums == S3Location.Checksums.WHEN_REQUIRED;
      builder
          .requestChecksumCalculation(
              required
                  ? RequestChecksumCalculation.WHEN_REQUIRED
                  : RequestChecksumCalculation.WHEN_SUPPORTED)
          .responseChecksumValidation(
              required
                  ? ResponseChecksumValidation.WHEN_REQUIRED
                  : ResponseChecksumValidation.WHEN_SUPPORTED);
    }
    return builder;
  }

  /** The one that the location names; null: it names none. */
  private static @Nullable Profile profile(S3Location location) throws StoreException {
    String name = location.profile();
    if (name == null) {
      return null;
    }
    Optional<Profile> profile;
    try {
      profile = ProfileFile.defaultProfileFile().profile(name);
    } catch (IllegalArgumentException | SdkClientException e) {
      throw new StoreException(
          Kind.CONFIGURATION,
          "the profile \"" + name + "\" cannot be read: " + S3Errors.line(e),
          e);
    }
    return profile.orElseThrow(
        () ->
            new StoreException(
                Kind.CONFIGURATION,
                "there is no profile \""
                    + name
                    + "\", which "
                    + location.url()
                    + " names: add it to ~/.aws/credentials or ~/.aws/config of this process (or"
                    + " where AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE point), or name"
                    + " another"));
  }

  /** A profile that was named is meant, whatever the environment holds for other stores. */
  private static AwsCredentialsProvider credentials(@Nullable Profile profile) {
    return profile == null
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.create(profile.name());
  }

  private static Apache5HttpClient.Builder http() {
    return Apache5HttpClient.builder()
        .maxConnections(CONNECTIONS)
        .connectionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(30));
  }

  /**
   * A server of one's own has no regions, but each request is signed for one. For such a server the
   * machine's cloud is not asked, which takes seconds where there is none.
   */
  private static Region region(S3Location location, @Nullable Profile profile)
      throws StoreException {
    String given = location.region();
    if (given == null && profile != null) {
      given = profile.property(ProfileProperty.REGION).orElse(null);
    }
    if (given != null) {
      return Region.of(given);
    }
    boolean own = endpointGiven(location, profile);
    AwsRegionProvider provider =
        own
            ? new AwsRegionProviderChain(
                new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
            : DefaultAwsRegionProviderChain.builder().build();
    try {
      return provider.getRegion();
    } catch (SdkClientException e) {
      if (own) {
        return Region.US_EAST_1;
      }
      throw new StoreException(
          Kind.CONFIGURATION,
          "no region for " + location.url() + ": set AWS_REGION, or add ?region=... to the URL",
          e);
    }
  }

  private static boolean pathStyle(S3Location location, @Nullable Profile profile) {
    Boolean given = location.pathStyle();
    return given != null ? given : endpointGiven(location, profile);
  }

  private static boolean endpointGiven(S3Location location, @Nullable Profile profile) {
    return location.endpoint() != null
        || profile != null && profile.property(ProfileProperty.ENDPOINT_URL).isPresent()
        || System.getenv("AWS_ENDPOINT_URL_S3") != null
        || System.getenv("AWS_ENDPOINT_URL") != null;
  }
}

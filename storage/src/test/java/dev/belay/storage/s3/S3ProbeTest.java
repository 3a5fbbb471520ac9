package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.StoreProbe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** Servers that speak a dialect of S3. */
class S3ProbeTest {
  private static S3Server server;

  private final FaultyHttp http = new FaultyHttp();
  private S3Location place;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void findPlace() throws Exception {
    place = server.place();
  }

  private StoreProbe.Findings probe(FaultyHttp.Fault dialect) throws Exception {
    http.fault = dialect;
    try (S3Store store = new S3Store(place, server.client(http))) {
      return StoreProbe.check(store);
    } finally {
      http.fault = FaultyHttp.NONE;
      try (S3Store store = new S3Store(place, server.client())) {
        assertThat(store.list("")).as("left behind").isEmpty();
      }
    }
  }

  private static FaultyHttp.Fault refuses(String code, FaultyHttp.Of of) {
    return FaultyHttp.refused(Integer.MAX_VALUE, 501, code, of::test);
  }

  @Test
  void oneThatDoesAllHasNoFindings() throws Exception {
    assertThat(probe(FaultyHttp.NONE)).isEqualTo(new StoreProbe.Findings(false, false));
  }

  @Test
  void oneWithoutUploadsInPartsIsRefused() throws Exception {
    assertThatThrownBy(() -> probe(refuses("NotImplemented", FaultyHttp::isBeginning)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining("cannot do that")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void oneThatDoesNotListUploadsIsTaken() throws Exception {
    FaultyHttp.Of listing =
        request ->
            request.method() == SdkHttpMethod.GET
                && request.rawQueryParameters().containsKey("uploads");
    assertThat(probe(refuses("NotImplemented", listing)))
        .isEqualTo(new StoreProbe.Findings(false, true));
  }

  /** Each part of the one fence: small objects by one request, large ones by a completion. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneThatIgnoresIfNoneMatchIsNoMirror(boolean ofParts) throws Exception {
    FaultyHttp.Fault ignores =
        new FaultyHttp.Fault() {
          @Override
          public @Nullable HttpExecuteResponse before(SdkHttpRequest request) throws IOException {
            if (request.firstMatchingHeader("If-None-Match").isPresent()
                && FaultyHttp.isCompletion(request) == ofParts) {
              remove(request);
            }
            return null;
          }
        };
    assertThat(probe(ignores)).isEqualTo(new StoreProbe.Findings(true, false));
    http.fault = ignores;
    try (S3Store store = new S3Store(place, server.client(http))) {
      assertThat(StoreProbe.whyNoMirror(store)).isPresent();
    }
    http.fault = FaultyHttp.NONE;
    try (S3Store store = new S3Store(place, server.client(http))) {
      assertThat(StoreProbe.whyNoMirror(store)).isEmpty();
    }
  }

  /** What is in the way of a put. */
  private void remove(SdkHttpRequest request) throws IOException {
    String name = request.encodedPath().substring(1 + place.bucket().length() + 1);
    try (S3Client client = server.client()) {
      client.deleteObject(delete -> delete.bucket(place.bucket()).key(name));
    }
  }

  @Test
  void oneThatDoesNotKnowChecksumsIsKnownByThat() throws Exception {
    FaultyHttp.Of checked =
        request ->
            request.headers().keySet().stream()
                .anyMatch(
                    name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("x-amz-checksum"));
    http.fault = refuses("NotImplemented", checked);
    try (S3Store without =
        S3Stores.over(place.withoutChecksums().orElseThrow(), http, S3Server.credentials())) {
      StoreProbe.Findings unused = StoreProbe.check(without);
    }
    try (S3Store with = S3Stores.over(place, http, S3Server.credentials())) {
      assertThatThrownBy(() -> StoreProbe.check(with)).hasMessageContaining("cannot do that");
    }
  }
}

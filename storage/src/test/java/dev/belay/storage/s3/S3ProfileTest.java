package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Two stores in one process, each with credentials of its own. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class S3ProfileTest {
  private final Map<String, String> before = new LinkedHashMap<>();

  @TempDir Path directory;

  @BeforeEach
  void environmentWithOtherCredentials() throws Exception {
    Path file = directory.resolve("credentials");
    Files.writeString(
        file,
        """
        [dr]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        region = eu-south-2

        [empty]
        region = eu-south-2
        """
            .formatted(S3Server.IDENTITY, S3Server.CREDENTIAL));
    set("aws.sharedCredentialsFile", file.toString());
    set("aws.accessKeyId", S3Server.IDENTITY);
    set("aws.secretAccessKey", "of-another-store");
    set("aws.region", "us-east-1");
  }

  private void set(String name, String value) {
    before.put(name, System.setProperty(name, value));
  }

  @AfterEach
  void asBefore() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  @Test
  void aStoreThatNamesAProfileIsAskedWithItsCredentials() throws Exception {
    try (S3Server server = new S3Server()) {
      String url = server.place().url();
      try (ObjectStore others = Stores.open(url);
          ObjectStore own = Stores.open(url + "&profile=dr")) {
        assertThatThrownBy(() -> others.put("k", out -> out.write(1)))
            .hasMessageContaining("the credentials are wrong");
        assertThat(own.put("k", out -> out.write(1))).isEqualTo(1);
      }
    }
  }

  @Test
  void aRegionIsThatOfTheProfileUnlessTheUrlSaysOne() throws Exception {
    assertThat(region("s3://bucket")).isEqualTo("us-east-1");
    assertThat(region("s3://bucket?profile=dr")).isEqualTo("eu-south-2");
    assertThat(region("s3://bucket?profile=dr&region=eu-west-1")).isEqualTo("eu-west-1");
  }

  private static String region(String url) throws Exception {
    try (var client = S3Clients.client(S3Location.parse(url))) {
      return client.serviceClientConfiguration().region().id();
    }
  }

  @Test
  void aProfileThatIsNotThereIsNamedInOneLine() {
    assertThatThrownBy(() -> Stores.open("s3://bucket/p?profile=dt"))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining("there is no profile \"dt\"")
        .hasMessageContaining("s3://bucket/p")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void oneWithoutCredentialsIsNamedAndNothingElseIsTaken() throws Exception {
    try (S3Server server = new S3Server();
        ObjectStore store = Stores.open(server.place().url() + "&profile=empty")) {
      assertThatThrownBy(() -> store.put("k", out -> out.write(1)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
          .hasMessageContaining("the profile \"empty\"")
          .hasMessageContaining("no credentials")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void theSamePlaceIsTheSameWithAnyCredentials() throws Exception {
    assertThat(Stores.samePlace("s3://bkt/p", "s3://bkt/p/?profile=dr&region=eu-west-1")).isTrue();
    assertThat(Stores.samePlace("s3://bkt/p", "s3://bkt/q")).isFalse();
    assertThat(Stores.samePlace("s3://bkt/p", "s3://bkt/p?endpoint=http://127.0.0.1:9000"))
        .isFalse();
    assertThat(Stores.samePlace("file:/a/b", "file:///a/c/../b/")).isTrue();
    assertThat(Stores.samePlace("file:/a/b", "s3://bkt")).isFalse();
  }
}

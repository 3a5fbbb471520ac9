package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket",
        "s3://my.bucket-1/a/b_c",
        "s3://bucket/p?endpoint=http://127.0.0.1:9000&region=eu-west-1&path-style=false",
        "s3://bucket?endpoint=https://s3.example.com",
        "s3://bucket/p?region=eu-west-1&checksums=when-required",
        "s3://bucket?checksums=when-supported",
        "s3://bucket/p?region=eu-west-1&profile=dr",
        "s3://bucket?profile=org/dr-2@x+y%25"
      })
  void aUrlIsReadAndWrittenAgain(String url) throws Exception {
    assertThat(S3Location.parse(url).url()).isEqualTo(url);
  }

  @Test
  void aSlashAtTheEndIsNoPartOfThePrefix() throws Exception {
    assertThat(S3Location.parse("s3://bucket/p/").prefix()).isEqualTo("p/");
    assertThat(S3Location.parse("s3://bucket/").prefix()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3:///p",
        "s3://B",
        "s3://bucket//p",
        "s3://bucket/../p",
        "s3://bucket/ä",
        "s3://bucket?endpoint=127.0.0.1:9000",
        "s3://bucket?endpoint=ftp://host",
        "s3://bucket?endpoint=http://host/path",
        "s3://bucket?endpoint=http://host?x=1",
        "s3://bucket?path-style=yes",
        "s3://bucket?checksums=none",
        "s3://bucket?region=Mars!",
        "s3://bucket?secret=x",
        "s3://bucket?profile=",
        "s3://bucket?profile=two%20words",
        "s3://bucket?endpoint=%zz",
        "s3://bucket?region=eu-central-1&region=us-east-1"
      })
  void whatIsNoneIsRefusedWithTheReason(String url) {
    assertThatThrownBy(() -> S3Location.parse(url))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .message()
        .isNotBlank()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://key:hush-hush@bucket/p", "s3://bucket?endpoint=http://key:hush-hush@host"})
  void credentialsInAUrlAreRefusedAndNotRepeated(String url) {
    assertThatThrownBy(() -> S3Location.parse(url))
        .hasMessageContaining("credentials")
        .hasMessageNotContaining("hush");
  }
}

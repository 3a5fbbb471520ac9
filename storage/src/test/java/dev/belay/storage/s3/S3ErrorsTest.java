package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What each answer means: whether to wait, to use another object, or to call somebody. */
class S3ErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey, MISSING, it is not there",
    "404, '', UNAVAILABLE, answered 404",
    "404, NoSuchUpload, UNAVAILABLE, answered 404",
    "404, NoSuchBucket, CONFIGURATION, 'there is no bucket bucket: make it, or name another'",
    "403, InvalidAccessKeyId, CONFIGURATION, check AWS_ACCESS_KEY_ID",
    "403, SignatureDoesNotMatch, CONFIGURATION, check AWS_ACCESS_KEY_ID",
    "400, ExpiredToken, CONFIGURATION, renew them for this process",
    "403, AccessDenied, CONFIGURATION, allow s3:PutObject",
    "403, '', CONFIGURATION, allow s3:PutObject",
    "403, RequestTimeTooSkewed, UNAVAILABLE, set this machine's clock",
    "301, PermanentRedirect, CONFIGURATION, lies in another region",
    "507, XMinioStorageFull, UNAVAILABLE, the store is full (XMinioStorageFull): make room",
    "503, SlowDown, UNAVAILABLE, asks to slow down",
    "429, TooManyRequests, UNAVAILABLE, asks to slow down",
    "500, InternalError, UNAVAILABLE, answered 500",
    "400, RequestTimeout, UNAVAILABLE, answered 400",
    "400, BadDigest, UNAVAILABLE, answered 400",
    "400, InvalidArgument, CONFIGURATION, cannot do that",
    "501, NotImplemented, CONFIGURATION, cannot do that",
  })
  void anAnswerMeans(int status, String code, Kind kind, String said) throws Exception {
    StoreException failure =
        errors()
            .failed(
                "cannot store k",
                S3Exception.builder()
                    .statusCode(status)
                    .message("planted")
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode(code).errorMessage("planted").build())
                    .build());
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    assertThat(failure.getMessage())
        .startsWith("cannot store k: ")
        .contains(said)
        .doesNotContain("\n");
  }

  /** Whose message is the name alone. */
  @Test
  void aHostThatNobodyKnowsIsSaidToBeUnknown() throws Exception {
    StoreException failure =
        errors()
            .failed(
                "cannot store k",
                SdkClientException.create(
                    "Received an UnknownHostException",
                    new UnknownHostException("nosuch.invalid")));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.getMessage()).endsWith("the host name nosuch.invalid is unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "Connection refused, UNAVAILABLE, is out of reach",
    "Unable to load credentials from any of the providers, CONFIGURATION, no credentials",
  })
  void noAnswerMeans(String message, Kind kind, String said) throws Exception {
    StoreException failure = errors().failed("cannot store k", SdkClientException.create(message));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.getMessage()).contains(said).doesNotContain("\n");
  }

  private static S3Errors errors() throws StoreException {
    return new S3Errors(S3Location.parse("s3://bucket/p"));
  }
}

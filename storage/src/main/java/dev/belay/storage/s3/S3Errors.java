package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says in one line why a request failed and how to mend it, and what the caller should do. */
final class S3Errors {
  /** With status 400, which else says that the store and Belay do not understand each other. */
  private static final Set<String> PASSING =
      Set.of("RequestTimeout", "BadDigest", "IncompleteBody", "HTTP 400");

  /** As the SDK names the one that it looked for. */
  private static final Pattern PROFILE = Pattern.compile("for profile '([^']{1,100})'");

  /** What the SDK says of the one among many ways to credentials. */
  private static final Pattern WEB_IDENTITY =
      Pattern.compile(
          "(?s)WebIdentityTokenFileCredentialsProvider\\([^)]*\\): (.*?), ProfileCredentials");

  private final S3Location location;

  S3Errors(S3Location location) {
    this.location = location;
  }

  /**
   * @param what such as "cannot store a/b"
   */
  StoreException failed(String what, SdkException cause) {
    if (cause instanceof AwsServiceException answer) {
      return refused(what, answer);
    }
    if (cause instanceof AbortedException) {
      Thread.currentThread().interrupt();
      return new StoreException(Kind.UNAVAILABLE, what + ": interrupted", cause);
    }
    String reason = line(cause);
    if (reason.contains("Unable to load credentials")) {
      Optional<String> identity = webIdentity(reasons(cause));
      if (identity.isPresent()) {
        return new StoreException(
            Kind.CONFIGURATION,
            what
                + ": no credentials by the web identity of this process ("
                + identity.get()
                + "): check AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, and that the token"
                + " service can be reached",
            cause);
      }
      return new StoreException(
          Kind.CONFIGURATION,
          what
              + ": no credentials"
              + inProfile(reasons(cause))
              + ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE,"
              + " for this process",
          cause);
    }
    if (reason.contains("contained no credentials for profile")) {
      return new StoreException(
          Kind.CONFIGURATION,
          what
              + ": the profile \""
              + location.profile()
              + "\" of this process holds no credentials: add them, or name another",
          cause);
    }
    return new StoreException(
        Kind.UNAVAILABLE, what + ": " + location.url() + " is out of reach: " + reason, cause);
  }

  /** Why a web identity that was given is none; empty: none was. */
  private static Optional<String> webIdentity(String reasons) {
    Matcher identity = WEB_IDENTITY.matcher(reasons);
    if (!identity.find() || identity.group(1).contains("must be set")) {
      return Optional.empty();
    }
    String reason = identity.group(1);
    String text = reason.replaceFirst("^(java\\.[a-z.]*[A-Z]\\w*: )+", "");
    return Optional.of(
        shortened(reason.contains("NoSuchFileException") ? "there is no " + text : text));
  }

  /** Which profile was looked at in vain, if that is not the one that is looked at anyway. */
  private static String inProfile(String reasons) {
    Matcher profile = PROFILE.matcher(reasons);
    return profile.find() && !profile.group(1).equals("default")
        ? ", none in profile '" + profile.group(1) + "' either"
        : "";
  }

  private static String reasons(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      all.append(cause.getMessage()).append(' ');
    }
    return all.toString();
  }

  private StoreException refused(String what, AwsServiceException answer) {
    String code = code(answer);
    String start = what + ": ";
    return switch (code) {
      case "NoSuchKey" -> new StoreException(Kind.MISSING, start + "it is not there", answer);
      case "NoSuchBucket" ->
          new StoreException(
              Kind.CONFIGURATION,
              start + "there is no bucket " + location.bucket() + ": make it, or name another",
              answer);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken" ->
          new StoreException(
              Kind.CONFIGURATION,
              start
                  + "the credentials are wrong ("
                  + code
                  + "): check AWS_ACCESS_KEY_ID and"
                  + " AWS_SECRET_ACCESS_KEY, or the profile, of this process",
              answer);
      case "ExpiredToken", "TokenRefreshRequired" ->
          new StoreException(
              Kind.CONFIGURATION,
              start + "the credentials have expired (" + code + "): renew them for this process",
              answer);
      case "AccessDenied", "AllAccessDisabled" -> denied(start, code, answer);
      case "RequestTimeTooSkewed", "RequestExpired" ->
          new StoreException(
              Kind.UNAVAILABLE,
              start
                  + "the clocks of this machine and the store differ too much ("
                  + code
                  + "): set this machine's clock (NTP)",
              answer);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          new StoreException(
              Kind.CONFIGURATION,
              start
                  + "the bucket "
                  + location.bucket()
                  + " lies in another region ("
                  + code
                  + "): set AWS_REGION, or add ?region=... to the store's URL",
              answer);
      case "XMinioStorageFull", "QuotaExceeded", "InsufficientStorage" ->
          new StoreException(
              Kind.UNAVAILABLE, start + "the store is full (" + code + "): make room", answer);
      default -> byStatus(start, code, answer);
    };
  }

  private StoreException denied(String start, String code, AwsServiceException answer) {
    return new StoreException(
        Kind.CONFIGURATION,
        start
            + "the credentials of this process may not do that in bucket "
            + location.bucket()
            + " ("
            + code
            + "): allow s3:PutObject, GetObject, DeleteObject, ListBucket,"
            + " ListBucketMultipartUploads and AbortMultipartUpload",
        answer);
  }

  private StoreException byStatus(String start, String code, AwsServiceException answer) {
    int status = answer.statusCode();
    if (status == 401 || status == 403) {
      return denied(start, code, answer);
    }
    if (status == 503 || status == 429) {
      return new StoreException(
          Kind.UNAVAILABLE, start + "the store asks to slow down (" + code + ")", answer);
    }
    if (status == 501 || status == 400 && !PASSING.contains(code)) {
      return new StoreException(
          Kind.CONFIGURATION,
          start + "the store at " + location.url() + " cannot do that (" + line(answer) + ")",
          answer);
    }
    return new StoreException(
        Kind.UNAVAILABLE,
        start + location.url() + " answered " + status + " (" + code + "): " + line(answer),
        answer);
  }

  /**
   * The error's code; where nothing says it, as after a HEAD, the status. So a 404 of whatever
   * stands between, which knows nothing of objects, does not pass for a missing one.
   */
  static String code(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    if (code != null && !code.isBlank()) {
      return code;
    }
    return "HTTP " + answer.statusCode();
  }

  /** The innermost thing that went wrong, in one line. */
  static String line(Throwable failure) {
    String text = null;
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        text =
            cause instanceof UnknownHostException
                ? "the host name " + cause.getMessage() + " is unknown"
                : cause.getMessage();
      }
    }
    String line = text == null ? failure.getClass().getSimpleName() : text;
    return shortened(line);
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > 300 ? line.substring(0, 300) + "..." : line;
  }

  private static @Nullable Throwable next(Throwable cause) {
    return cause.getCause() == cause ? null : cause.getCause();
  }
}

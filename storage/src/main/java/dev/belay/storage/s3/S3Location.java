package dev.belay.storage.s3;

import dev.belay.storage.Keys;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where in the world of S3 a store lies: {@code
 * s3://bucket/prefix?endpoint=http://host:9000&region=eu-west-1&path-style=true&profile=dr}. What
 * the query leaves out is taken as AWS tools take it, from the environment or a profile. Never
 * holds credentials, and refuses a URL with some: a URL is shown, logged and journaled.
 *
 * @param prefix empty, or a key and a '/'
 * @param endpoint null: AWS's own, or the environment's
 * @param region null: the environment's
 * @param pathStyle null: where an endpoint is given, since few servers have a name for each bucket
 * @param checksums null: the environment's, else wherever they are supported; some servers know
 *     none
 * @param profile whose credentials are used, from this machine's own files; null: what the
 *     environment says
 */
public record S3Location(
    String bucket,
    String prefix,
    @Nullable URI endpoint,
    @Nullable String region,
    @Nullable Boolean pathStyle,
    @Nullable Checksums checksums,
    @Nullable String profile) {
  /** When a request carries one, and an answer's is looked at. */
  public enum Checksums {
    WHEN_SUPPORTED,
    WHEN_REQUIRED;

    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static final String SCHEME = "s3://";

  private static final String EXAMPLE = "use s3://bucket/prefix";
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PROFILE = Pattern.compile("[A-Za-z0-9_./%@:+-]{1,128}");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * @throws StoreException CONFIGURATION, with what is wrong with the URL
   */
  public static S3Location parse(String url) throws StoreException {
    String rest = url.substring(SCHEME.length());
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    if (bucket.contains("@")) {
      throw wrong(
          "a store URL holds no credentials: leave out what stands before the '@', and give them as"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or in a profile");
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw wrong("\"" + bucket + "\" is no name of a bucket: " + EXAMPLE);
    }
    S3Location location =
        new S3Location(
            bucket,
            prefix(slash < 0 ? "" : path.substring(slash + 1)),
            null,
            null,
            null,
            null,
            null);
    if (question >= 0) {
      Set<String> names = new HashSet<>();
      for (String setting : rest.substring(question + 1).split("&")) {
        String name = setting.replaceFirst("=.*", "");
        if (!names.add(name)) {
          throw wrong("\"" + name + "\" is given twice");
        }
        location = location.with(setting);
      }
    }
    return location;
  }

  /** Here, but through this endpoint, such as {@code http://127.0.0.1:9000}. */
  public S3Location at(String endpointUrl) throws StoreException {
    return new S3Location(
        bucket, prefix, endpoint(endpointUrl), region, pathStyle, checksums, profile);
  }

  /** Whether objects of the same keys are the same there, as far as the URLs say. */
  public boolean samePlace(S3Location other) {
    return bucket.equals(other.bucket)
        && prefix.equals(other.prefix)
        && Objects.equals(endpoint, other.endpoint);
  }

  /** The URL that {@link #parse} reads. */
  public String url() {
    StringBuilder url = new StringBuilder(SCHEME).append(bucket);
    if (!prefix.isEmpty()) {
      url.append('/').append(prefix, 0, prefix.length() - 1);
    }
    StringJoiner settings = new StringJoiner("&", "?", "").setEmptyValue("");
    if (endpoint != null) {
      settings.add("endpoint=" + endpoint);
    }
    if (region != null) {
      settings.add("region=" + region);
    }
    if (pathStyle != null) {
      settings.add("path-style=" + pathStyle);
    }
    if (checksums != null) {
      settings.add("checksums=" + checksums.text());
    }
    if (profile != null) {
      settings.add("profile=" + profile.replace("%", "%25"));
    }
    return url.append(settings).toString();
  }

  /** Here, but asked without checksums; empty if it says by itself how it is to be asked. */
  public Optional<S3Location> withoutChecksums() {
    return checksums == null ? Optional.of(with(Checksums.WHEN_REQUIRED)) : Optional.empty();
  }

  private S3Location with(Checksums when) {
    return new S3Location(bucket, prefix, endpoint, region, pathStyle, when, profile);
  }

  private static Checksums checksums(String value) throws StoreException {
    for (Checksums when : Checksums.values()) {
      if (when.text().equals(value)) {
        return when;
      }
    }
    throw wrong("checksums are when-required or when-supported, and not \"" + value + "\"");
  }

  private S3Location with(String setting) throws StoreException {
    int equals = setting.indexOf('=');
    String name = equals < 0 ? setting : setting.substring(0, equals);
    String value = equals < 0 ? "" : unescape(setting.substring(equals + 1));
    return switch (name) {
      case "endpoint" -> at(value);
      case "region" -> {
        if (!REGION.matcher(value).matches()) {
          throw wrong("\"" + value + "\" is no region: write one like region=eu-west-1");
        }
        yield new S3Location(bucket, prefix, endpoint, value, pathStyle, checksums, profile);
      }
      case "path-style" -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw wrong("path-style is true or false, and not \"" + value + "\"");
        }
        yield new S3Location(
            bucket, prefix, endpoint, region, Boolean.valueOf(value), checksums, profile);
      }
      case "checksums" -> with(checksums(value));
      case "profile" -> {
        if (!PROFILE.matcher(value).matches()) {
          throw wrong("\"" + value + "\" is no name of a profile: write one like profile=dr");
        }
        yield new S3Location(bucket, prefix, endpoint, region, pathStyle, checksums, value);
      }
      default ->
          throw wrong(
              "\""
                  + name
                  + "\" is no setting of an S3 store: there are endpoint, region, path-style,"
                  + " checksums, profile");
    };
  }

  private static String prefix(String path) throws StoreException {
    String prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (prefix.isEmpty()) {
      return "";
    }
    if (!Keys.isKey(prefix)) {
      throw wrong(
          "\"" + prefix + "\" is no prefix: it may have letters, digits, '.', '_', '-' and '/'");
    }
    return prefix + "/";
  }

  private static URI endpoint(String text) throws StoreException {
    String remedy = ": write it like http://127.0.0.1:9000 or https://s3.example.com";
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean path =
          uri.getPath() != null && !uri.getPath().isEmpty() && !uri.getPath().equals("/");
      if (uri.getUserInfo() != null) {
        throw wrong("the S3 endpoint holds credentials" + remedy);
      }
      if (!scheme.equals("http") && !scheme.equals("https")
          || uri.getHost() == null
          || path
          || uri.getQuery() != null
          || uri.getFragment() != null) {
        throw wrong("\"" + text + "\" is no S3 endpoint" + remedy);
      }
      return new URI(scheme, null, uri.getHost(), uri.getPort(), null, null, null);
    } catch (URISyntaxException e) {
      throw wrong("\"" + text + "\" is no S3 endpoint" + remedy);
    }
  }

  private static String unescape(String value) throws StoreException {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("\"" + value + "\" has a bad %-escape: write % as %25");
    }
  }

  private static StoreException wrong(String message) {
    return new StoreException(Kind.CONFIGURATION, message);
  }
}

package dev.belay.storage;

import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.file.FileStore;
import dev.belay.storage.s3.S3Location;
import dev.belay.storage.s3.S3Store;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the store that a URL names. */
public final class Stores {
  private static final String FILE = "file:";

  private Stores() {}

  /**
   * The store at {@code file:/dir} or {@code file:///dir}, whose directory need not exist: the
   * first put makes it; or at {@code s3://bucket/prefix}, with what else {@link S3Location} knows.
   * Opens no connection.
   *
   * @throws StoreException CONFIGURATION if the URL names no store
   */
  public static ObjectStore open(String url) throws StoreException {
    if (url.startsWith(S3Location.SCHEME)) {
      return S3Store.open(S3Location.parse(url));
    }
    Path root = path(url);
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw configuration("the store " + root + " is not a directory: name one with file:/dir");
    }
    return new FileStore(root);
  }

  /**
   * The same store through another endpoint, such as {@code http://127.0.0.1:9000}.
   *
   * @throws StoreException CONFIGURATION if the URL is not one of S3, or that is no endpoint
   */
  public static String at(String url, String endpoint) throws StoreException {
    if (!url.startsWith(S3Location.SCHEME)) {
      throw configuration("an S3 endpoint is of no use to the store " + url + ": use s3://bucket");
    }
    return S3Location.parse(url).at(endpoint).url();
  }

  /**
   * Whether two URLs name one and the same place, whatever they say about how to get there.
   *
   * @throws StoreException CONFIGURATION if one names no store
   */
  public static boolean samePlace(String one, String other) throws StoreException {
    if (isRemote(one) != isRemote(other)) {
      return false;
    }
    return isRemote(one)
        ? S3Location.parse(one).samePlace(S3Location.parse(other))
        : path(one).equals(path(other));
  }

  /** Whether reading from it goes over the network, as far as the URL says. */
  public static boolean isRemote(String url) {
    return url.startsWith(S3Location.SCHEME);
  }

  /**
   * The same endpoint, in the one way to write it.
   *
   * @throws StoreException CONFIGURATION if it is none
   */
  public static String endpoint(String endpoint) throws StoreException {
    return String.valueOf(S3Location.parse(S3Location.SCHEME + "any").at(endpoint).endpoint());
  }

  /**
   * The URL of the same store, asked without checksums; empty if it is none of S3, or says by
   * itself how it is.
   */
  static Optional<String> withoutChecksums(String url) throws StoreException {
    return isRemote(url)
        ? S3Location.parse(url).withoutChecksums().map(S3Location::url)
        : Optional.empty();
  }

  /** The URL of the store in a directory. */
  public static String url(Path directory) {
    return FILE
        + directory.toAbsolutePath().normalize().toString().replace("%", "%25").replace("+", "%2B");
  }

  private static Path path(String url) throws StoreException {
    if (!url.startsWith(FILE)) {
      throw configuration("\"" + url + "\" is no store URL: use file:/dir or s3://bucket/prefix");
    }
    String rest = url.substring(FILE.length());
    String path = rest.startsWith("///") ? rest.substring(2) : rest;
    if (!path.startsWith("/") || path.startsWith("//")) {
      throw configuration("the store URL \"" + url + "\" has no absolute path: use file:/dir");
    }
    try {
      return Path.of(unescape(path)).normalize();
    } catch (InvalidPathException e) {
      throw configuration("the store URL \"" + url + "\" has no valid path: use file:/dir");
    } catch (IllegalArgumentException e) {
      throw configuration("the store URL \"" + url + "\" has a bad %-escape: write % as %25");
    }
  }

  private static String unescape(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static StoreException configuration(String message) {
    return new StoreException(Kind.CONFIGURATION, message);
  }
}

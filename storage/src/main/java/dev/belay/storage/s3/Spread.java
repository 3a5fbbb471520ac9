package dev.belay.storage.s3;

import dev.belay.storage.Keys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a bucket calls a key: {@code prefix/x/KEY}, where x is the first hexadecimal digit of the
 * key's SHA-256. S3 bounds the requests a second by prefix, and the keys of a job all begin alike:
 * spread over 16 prefixes they have 16 times the bound.
 */
final class Spread {
  private static final int WAYS = 16;

  private final String prefix;

  /**
   * @param prefix empty, or a key and a '/'
   */
  Spread(String prefix) {
    this.prefix = prefix;
  }

  String name(String key) {
    return prefix + digit(key) + "/" + key;
  }

  /** The key of a name; empty if it is none, because somebody else made it. */
  Optional<String> key(String name) {
    int from = prefix.length() + 2;
    if (!name.startsWith(prefix) || name.length() <= from) {
      return Optional.empty();
    }
    String key = name.substring(from);
    return Keys.isKey(key) && name(key).equals(name) ? Optional.of(key) : Optional.empty();
  }

  /** What all names of keys that begin so begin with. */
  List<String> below(String keyPrefix) {
    List<String> all = new ArrayList<>();
    for (int way = 0; way < WAYS; way++) {
      all.add(prefix + Character.forDigit(way, WAYS) + "/" + keyPrefix);
    }
    return all;
  }

  private static char digit(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
      return Character.forDigit((hash[0] & 0xff) >>> 4, WAYS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

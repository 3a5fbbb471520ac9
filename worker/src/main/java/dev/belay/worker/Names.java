package dev.belay.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What workers are called. */
final class Names {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern JOB = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int LONGEST_HOST = 59;

  private Names() {}

  static boolean isId(String text) {
    return ID.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  static boolean isJob(String text) {
    return JOB.matcher(text).matches();
  }

  /** The host's name and four random digits, since several workers may run on it. */
  static String defaultId(String host, SecureRandom random) {
    String clean = host.replaceAll("[^A-Za-z0-9._-]", "-");
    return clean.substring(0, Math.min(clean.length(), LONGEST_HOST)) + "-" + hex(random, 2);
  }

  static String hex(SecureRandom random, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }

  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}

package dev.belay.jobs.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The name and the generated password of a local MinIO, kept in a file in the form of AWS's shared
 * credentials, which its owner alone may read. Other processes are given the file's name, so the
 * password stands in no command line and in the environment of MinIO alone.
 */
public final class MinioCredentials {
  private static final String USER = "belay";
  private static final int PASSWORD_BYTES = 20;
  private static final String SECRET = "aws_secret_access_key = ";

  /** Whatever else would tell a process which credentials to take. */
  private static final List<String> OTHERS =
      List.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_PROFILE",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "AWS_ROLE_ARN");

  private final Path file;
  private final String password;

  private MinioCredentials(Path file, String password) {
    this.file = file;
    this.password = password;
  }

  /** Those in a directory, made up when there are none yet. */
  static MinioCredentials in(Path directory) throws IOException {
    Path file = directory.resolve("credentials").toAbsolutePath();
    if (!Files.exists(file)) {
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      write(file, HexFormat.of().formatHex(random));
    }
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(SECRET)) {
        return new MinioCredentials(file, line.substring(SECRET.length()).strip());
      }
    }
    throw new IOException(
        file + " holds no " + SECRET.strip() + ": remove it, and what is in data/");
  }

  private static void write(Path file, String password) throws IOException {
    writePrivately(file, profile("default", password));
  }

  private static String profile(String name, String password) {
    return "[" + name + "]\naws_access_key_id = " + USER + "\n" + SECRET + password + "\n";
  }

  /** A file with these as the default, and those of another server as a profile. */
  Path with(String name, MinioCredentials other) throws IOException {
    Path both = file.resolveSibling("credentials-with-" + name);
    writePrivately(both, profile("default", password) + profile(name, other.password));
    return both;
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** For {@code AWS_SHARED_CREDENTIALS_FILE}. */
  public Path file() {
    return file;
  }

  String user() {
    return USER;
  }

  String password() {
    return password;
  }

  /** What this process asks S3 for from now on, it asks with these. */
  void useInThisProcess() {
    System.setProperty("aws.accessKeyId", USER);
    System.setProperty("aws.secretAccessKey", password);
  }

  /** The environment of a process that is to use these and no others. */
  void useIn(Map<String, String> environment) {
    OTHERS.forEach(environment::remove);
    environment.put("AWS_SHARED_CREDENTIALS_FILE", file.toString());
  }
}

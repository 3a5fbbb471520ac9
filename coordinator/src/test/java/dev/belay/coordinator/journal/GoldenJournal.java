package dev.belay.coordinator.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A data directory of a format, as one compressed file, for every later version to read: two
 * starts, 25 records and then 15 more.
 *
 * <p>Run {@code main} with the file to write, once for each format that is released:
 * src/test/resources/golden/journal-1.zip is that of format 1. It is never written anew.
 */
final class GoldenJournal {
  static final int RECORDS = 40;

  private GoldenJournal() {}

  public static void main(String[] args) throws IOException {
    Path root = Files.createTempDirectory("golden");
    Directories.grow(root, 25);
    Directories.grow(root, RECORDS - 25);
    Files.delete(root.resolve("coordinator.lock"));
    try (OutputStream out = Files.newOutputStream(Path.of(args[0]));
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
  }

  static void unpack(String resource, Path root) throws IOException {
    try (InputStream in = GoldenJournal.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is missing");
      }
      ZipInputStream zip = new ZipInputStream(in);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = root.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }
}

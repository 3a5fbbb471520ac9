package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.StagedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory of output in the making: its files lie in a staging directory in it until they are
 * published. For one thread.
 */
final class StagedOutput implements Publication.Output {
  private final Path directory;
  private final Path staging;
  private final boolean overwrite;
  private final Disk disk;
  private final Runnable check;
  private final List<Path> created = new ArrayList<>();
  private final Map<String, StagedFileStream> files = new LinkedHashMap<>();

  /**
   * @param check called while files are written: throws if it must not go on
   */
  StagedOutput(Path directory, Path staging, boolean overwrite, Disk disk, Runnable check) {
    this.directory = directory;
    this.staging = staging;
    this.overwrite = overwrite;
    this.disk = disk;
    this.check = check;
  }

  boolean overwrite() {
    return overwrite;
  }

  Path staging() {
    return staging;
  }

  /** Makes the staging directory, and removes those of earlier epochs of the same job. */
  void open(StagingName names, Lease lease) throws IOException {
    if (!overwrite && disk.exists(directory.resolve(ManifestRun.MARKER))) {
      throw new BadInputException(
          directory
              + " holds an output already (it has a _SUCCESS); remove it, choose another directory,"
              + " or let the job overwrite it");
    }
    makeDirectories(directory);
    removeEarlier(directory, names, lease.getEpoch(), disk);
    Files.createDirectory(staging);
  }

  private void makeDirectories(Path wanted) throws IOException {
    if (Files.isDirectory(wanted)) {
      return;
    }
    Path parent = wanted.getParent();
    if (parent != null) {
      makeDirectories(parent);
    }
    try {
      Files.createDirectory(wanted);
      created.add(wanted);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(wanted)) {
        throw new BadInputException(
            wanted + " is a file, and output needs a directory there; choose another one", e);
      }
      return;
    }
    if (parent != null) {
      disk.sync(parent);
    }
  }

  /** Whoever staged under an earlier epoch of this job has lost the lease and cannot use it. */
  static void removeEarlier(Path directory, StagingName names, Epoch epoch, Disk disk)
      throws IOException {
    List<Path> earlier = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".belay-*")) {
      for (Path entry : entries) {
        Epoch staged = names.epoch(entry);
        if (staged != null && Epochs.ORDER.compare(staged, epoch) < 0) {
          earlier.add(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return;
    }
    for (Path entry : earlier) {
      disk.removeTree(entry);
    }
  }

  @Override
  public OutputStream create(String fileName) throws IOException {
    check.run();
    checkName(fileName);
    Path target = directory.resolve(fileName);
    if (Files.isDirectory(target) || (!overwrite && disk.exists(target))) {
      throw new BadInputException(
          target + " exists already; remove it, or choose another directory");
    }
    return stage(fileName);
  }

  private StagedFileStream stage(String fileName) throws IOException {
    StagedFileStream file = new StagedFileStream(staging.resolve(fileName), check);
    files.put(fileName, file);
    return file;
  }

  private void checkName(String fileName) {
    if (fileName.isEmpty()
        || fileName.startsWith(".")
        || fileName.indexOf('/') >= 0
        || fileName.indexOf('\\') >= 0
        || fileName.indexOf(0) >= 0
        || fileName.equals(ManifestRun.MARKER)) {
      throw new IllegalArgumentException(
          "\""
              + fileName
              + "\" cannot be the name of an output file: it is empty, hidden, reserved or a path");
    }
    if (files.containsKey(fileName)) {
      throw new IllegalArgumentException("output file \"" + fileName + "\" was created before");
    }
  }

  /** The files, in the order of their creation; all of them must be closed. */
  List<StagedFile> files() {
    List<StagedFile> staged = new ArrayList<>();
    files.forEach((name, file) -> staged.add(staged(name, file)));
    return staged;
  }

  /** Stages the marker, and makes the names of everything staged durable. */
  StagedFile seal() throws IOException {
    StagedFileStream marker = new StagedFileStream(staging.resolve(ManifestRun.MARKER), check);
    marker.close();
    disk.sync(staging);
    disk.sync(directory);
    return staged(ManifestRun.MARKER, marker);
  }

  private StagedFile staged(String name, StagedFileStream file) {
    return StagedFile.newBuilder()
        .setStaged(file.path().toString())
        .setTarget(directory.resolve(name).toString())
        .setLength(file.length())
        .setDigest(file.digest())
        .build();
  }

  /** Leaves nothing behind: no staged file, no directory that was made for it. */
  void abandon() throws IOException {
    for (StagedFileStream file : files.values()) {
      file.abandon();
    }
    disk.removeTree(staging);
    for (int i = created.size() - 1; i >= 0; i--) {
      try {
        Files.deleteIfExists(created.get(i));
      } catch (IOException e) {
        // Someone else uses it by now.
        return;
      }
    }
  }

  @Nullable Path fileLeftOpen() {
    for (StagedFileStream file : files.values()) {
      if (!file.isClosed()) {
        return file.path();
      }
    }
    return null;
  }
}

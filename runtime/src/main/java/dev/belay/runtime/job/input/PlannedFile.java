package dev.belay.runtime.job.input;

import dev.belay.runtime.job.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An open file that is held to what the plan says of it: its size and the time of its last change,
 * when it is opened and once more when it has been read. For one thread.
 */
final class PlannedFile implements AutoCloseable {
  private final FileRanges.Range plan;
  private final FileChannel channel;

  private PlannedFile(FileRanges.Range plan, FileChannel channel) {
    this.plan = plan;
    this.channel = channel;
  }

  /**
   * Opens the file of a range.
   *
   * @throws BadInputException if it is missing, unreadable or changed since it was planned
   */
  static PlannedFile open(FileRanges.Range plan) throws IOException {
    verify(plan);
    try {
      return new PlannedFile(plan, FileChannel.open(plan.path(), StandardOpenOption.READ));
    } catch (AccessDeniedException e) {
      throw InputFiles.unreadable(plan.path(), e);
    }
  }

  /**
   * Reads from an offset of the file until the array is full or the file ends.
   *
   * @return how many bytes were read
   * @throws BadInputException if the file ends before its planned size
   */
  int read(long offset, byte[] into, int from) throws IOException {
    int wanted = (int) Math.min(into.length - from, plan.fileSize() - offset);
    ByteBuffer buffer = ByteBuffer.wrap(into, from, wanted);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + wanted - buffer.remaining()) < 0) {
        throw changed(plan.path());
      }
    }
    return wanted;
  }

  /** Looks again whether the file is still the planned one. */
  void verify() throws IOException {
    verify(plan);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static void verify(FileRanges.Range plan) throws IOException {
    Path path = plan.path();
    try {
      BasicFileAttributes now =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!now.isRegularFile()
          || now.size() != plan.fileSize()
          || now.lastModifiedTime().toMillis() != plan.modifiedMillis()) {
        throw changed(path);
      }
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          path
              + " is not there, though it was when the job was planned; workers must see the same"
              + " files, and they must stay until the job ends",
          e);
    } catch (AccessDeniedException e) {
      throw InputFiles.unreadable(path, e);
    }
  }

  private static BadInputException changed(Path path) {
    return new BadInputException(
        path + " has changed since the job was planned; submit again when nothing changes it");
  }
}

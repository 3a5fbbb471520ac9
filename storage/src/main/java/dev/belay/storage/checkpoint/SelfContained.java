package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.runtime.text.Reason;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.Ahead;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectWriter;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.format.VerifiedChunks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongConsumer;

/**
 * Copies a checkpoint into a file that needs no other object: of the same format, with every chunk
 * in it. Everything is verified on the way, and the file appears whole or not at all.
 */
public final class SelfContained {
  private SelfContained() {}

  /**
   * Writes the file; durable when this returns.
   *
   * @param replace whether a file that is there may be replaced
   * @param read is told how many bytes of the state were copied, again and again
   * @return the length of the file
   * @throws StoreException CORRUPT or MISSING if the checkpoint is unusable, EXISTS if there is
   *     such a file, UNAVAILABLE if the store cannot be read
   * @throws IOException that is no StoreException, in one line: the file cannot be written
   */
  public static long write(
      CheckpointContents checkpoint, Path file, boolean replace, LongConsumer read)
      throws IOException {
    Path directory = check(file, replace);
    Path target = file.toAbsolutePath();
    Path temporary = directory.resolve("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      long length = copy(checkpoint, temporary, read);
      publish(temporary, target, replace);
      sync(directory);
      return length;
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException e) {
      throw e instanceof StoreException known ? known : unwritable(file, e);
    } finally {
      remove(temporary, file);
    }
  }

  /**
   * Whether a file may be written, before anything is read for it.
   *
   * @return the directory where it will lie
   * @throws StoreException EXISTS if there is such a file, and it may not be replaced
   * @throws IOException that is no StoreException, in one line: there can be no such file
   */
  public static Path check(Path file, boolean replace) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || Files.isDirectory(file.toAbsolutePath())) {
      throw new IOException(file + " is a directory: name a file in it");
    }
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "cannot write %s: %s"
              .formatted(
                  file,
                  Files.exists(directory)
                      ? directory + " is no directory"
                      : "there is no directory " + directory));
    }
    if (!Files.isWritable(directory)) {
      throw new IOException("cannot write %s: no permission in %s".formatted(file, directory));
    }
    if (!replace && Files.exists(file)) {
      throw exists(file);
    }
    return directory;
  }

  private static long copy(CheckpointContents checkpoint, Path temporary, LongConsumer read)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      ObjectWriter writer = new ObjectWriter(out, ObjectKind.CHECKPOINT);
      ObjectManifest whole = checkpoint.reader().manifest();
      ObjectManifest.Builder manifest =
          whole.toBuilder().clearReferences().clearReferenceLengths().clearSections();
      for (StoredSection section : whole.getSectionsList()) {
        manifest.addSections(copy(checkpoint, section, writer, read));
      }
      writer.finish(manifest.build());
      out.flush();
      channel.force(true);
      return channel.size();
    }
  }

  private static StoredSection copy(
      CheckpointContents checkpoint, StoredSection section, ObjectWriter writer, LongConsumer read)
      throws IOException {
    StoredSection.Builder copied = section.toBuilder().clearChunks();
    Ahead<PackedChunk> packing = new Ahead<>(ForkJoinPool.commonPool());
    try (VerifiedChunks chunks = checkpoint.reader().read(section)) {
      for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
        byte[] raw = chunk;
        if (packing.full()) {
          copied.addChunks(writer.append(packing.take()));
        }
        packing.add(() -> PackedChunk.pack(raw, 0, raw.length));
        read.accept(raw.length);
      }
    }
    while (!packing.isEmpty()) {
      copied.addChunks(writer.append(packing.take()));
    }
    return copied.build();
  }

  /** A link refuses a name that is taken, in one step; a rename would replace. */
  private static void publish(Path temporary, Path target, boolean replace) throws IOException {
    if (!replace) {
      try {
        Files.createLink(target, temporary);
        return;
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (UnsupportedOperationException | FileSystemException e) {
        // No hard links here: who creates the name may replace it.
        Files.createFile(target);
      }
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void remove(Path temporary, Path file) throws IOException {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static StoreException exists(Path file) {
    return new StoreException(Kind.EXISTS, file + " exists already");
  }

  private static IOException unwritable(Path file, IOException e) {
    return new IOException("cannot write " + file + ": " + Reason.of(e), e);
  }
}

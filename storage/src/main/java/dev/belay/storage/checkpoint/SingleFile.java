package dev.belay.storage.checkpoint;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file as a store of one object, whatever key is asked for. Only to be read. */
final class SingleFile implements ObjectStore {
  private final Path path;

  SingleFile(Path path) {
    this.path = path;
  }

  long length() throws StoreException {
    try {
      if (!Files.isRegularFile(path) && Files.exists(path)) {
        throw new StoreException(Kind.CORRUPT, path + " is not a regular file");
      }
      return Files.size(path);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return Channels.newInputStream(channel.position(offset));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StoreException failed(IOException e) {
    if (e instanceof StoreException known) {
      return known;
    }
    return e instanceof NoSuchFileException
        ? new StoreException(Kind.MISSING, path + " does not exist", e)
        : new StoreException(Kind.UNAVAILABLE, "cannot read " + path + ": " + e.getMessage(), e);
  }

  @Override
  public long put(String key, Body body) {
    throw new IllegalStateException(path + " is only read");
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return List.of(new Stored(path.toString(), length()));
  }

  @Override
  public void delete(String key) {
    throw new IllegalStateException(path + " is only read");
  }

  @Override
  public List<String> unfinished(String prefix) {
    return List.of();
  }

  @Override
  public void abandon(String key) {
    // There is nothing unfinished.
  }

  @Override
  public String describe() {
    return path.toString();
  }

  @Override
  public String locate(String key) {
    return path.toString();
  }

  @Override
  public void close() {
    // Holds nothing between calls.
  }
}

package dev.belay.worker.task;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A file being staged: counted, digested, and durable once closed. For one thread. */
final class StagedFileStream extends OutputStream {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final Runnable check;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final MessageDigest digesting = Digests.sha256();
  private ByteString digest = ByteString.EMPTY;
  private long length;
  private boolean closed;
  private boolean broken;

  /**
   * @param check called now and then: throws if it must not go on
   */
  StagedFileStream(Path path, Runnable check) throws IOException {
    this.path = path;
    this.check = check;
    this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void write(int octet) throws IOException {
    requireOpen();
    if (!buffer.hasRemaining()) {
      spill();
    }
    buffer.put((byte) octet);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    requireOpen();
    int from = offset;
    int left = count;
    while (left > 0) {
      if (!buffer.hasRemaining()) {
        spill();
      }
      int part = Math.min(left, buffer.remaining());
      buffer.put(bytes, from, part);
      from += part;
      left -= part;
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    spill();
    channel.force(true);
    channel.close();
    digest = ByteString.copyFrom(digesting.digest());
    closed = true;
  }

  /** Closes the file as it is. */
  void abandon() throws IOException {
    channel.close();
  }

  private void spill() throws IOException {
    check.run();
    if (broken) {
      throw new IOException(path + " could not be written to its end");
    }
    broken = true;
    buffer.flip();
    digesting.update(buffer.duplicate());
    length += buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
    broken = false;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(path.getFileName() + " is closed");
    }
  }

  Path path() {
    return path;
  }

  boolean isClosed() {
    return closed;
  }

  long length() {
    return length;
  }

  ByteString digest() {
    return digest;
  }
}

package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.Ahead;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads an object by ranges, each a whole request, so that a reader that stops early wastes no
 * connection. The first is small, since most reads want little; while the reader goes on they
 * double up to {@value #LARGEST} bytes, and then a few are under way at once.
 *
 * <p>All ranges are of one and the same object: the server refuses one whose entity tag is another.
 * A failed request is tried again by the client. For one thread.
 */
final class Download extends InputStream {
  private static final int FIRST = 256 << 10;
  private static final int LARGEST = 4 << 20;

  /** Ranges under way at once: with these, a download holds at most 20 MiB. */
  private static final int WINDOW = 4;

  private final Bucket bucket;
  private final String key;
  private final String tag;
  private final long length;
  private final Ahead<byte[]> ranges;

  private byte[] current;
  private int position;
  private long asked;
  private int size = FIRST;
  private int underWay;

  private Download(Bucket bucket, String key, String tag, long length, byte[] first, long offset) {
    this.bucket = bucket;
    this.key = key;
    this.tag = tag;
    this.length = length;
    this.current = first;
    this.asked = offset + first.length;
    this.ranges = new Ahead<>(bucket.threads);
  }

  static InputStream open(Bucket bucket, String key, long offset) throws StoreException {
    try {
      ResponseBytes<GetObjectResponse> first =
          bucket.client.getObjectAsBytes(
              get ->
                  get.bucket(bucket.location.bucket())
                      .key(bucket.name(key))
                      .range("bytes=" + offset + "-" + (offset + FIRST - 1)));
      GetObjectResponse answer = first.response();
      byte[] bytes = first.asByteArrayUnsafe();
      return new Download(
          bucket, key, answer.eTag(), lengthOf(key, answer, offset, bytes), bytes, offset);
    } catch (S3Exception e) {
      if (e.statusCode() == 416) {
        return beyond(bucket, key, offset);
      }
      throw failed(bucket, key, e);
    } catch (SdkException e) {
      throw failed(bucket, key, e);
    }
  }

  /** From {@code bytes 0-99/1234}; a server that answers with all of it has not understood. */
  private static long lengthOf(String key, GetObjectResponse answer, long offset, byte[] bytes)
      throws StoreException {
    String range = answer.contentRange();
    if (range == null) {
      if (offset == 0) {
        return bytes.length;
      }
      throw new StoreException(
          Kind.CONFIGURATION, "cannot read " + key + ": the store does not answer with ranges");
    }
    try {
      long length = Long.parseLong(range.substring(range.lastIndexOf('/') + 1).strip());
      if (length >= offset + bytes.length && range.strip().startsWith("bytes " + offset + "-")) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new StoreException(
        Kind.UNAVAILABLE, "cannot read " + key + ": the store answered with range " + range);
  }

  /** No byte is there: just behind the end, or beyond it. */
  private static InputStream beyond(Bucket bucket, String key, long offset) throws StoreException {
    try {
      long length =
          bucket
              .client
              .headObject(head -> head.bucket(bucket.location.bucket()).key(bucket.name(key)))
              .contentLength();
      if (offset > length) {
        throw new StoreException(
            Kind.CORRUPT, key + " has " + length + " bytes, and not " + offset);
      }
      return InputStream.nullInputStream();
    } catch (SdkException e) {
      throw failed(bucket, key, e);
    }
  }

  private static StoreException failed(Bucket bucket, String key, SdkException e) {
    if (e instanceof S3Exception answer && answer.statusCode() == 412) {
      return new StoreException(Kind.CORRUPT, key + " was replaced while it was read", e);
    }
    return bucket.errors.failed("cannot read " + key, e);
  }

  @Override
  public int read() throws IOException {
    return more() ? current[position++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int read = Math.min(count, current.length - position);
    System.arraycopy(current, position, bytes, from, read);
    position += read;
    return read;
  }

  @Override
  public int available() {
    return current.length - position;
  }

  /** Whether there is another byte, in {@link #current}. */
  private boolean more() throws StoreException {
    while (position == current.length) {
      if (underWay == 0 && asked == length) {
        return false;
      }
      ask();
      underWay--;
      current = ranges.take();
      position = 0;
    }
    return true;
  }

  private void ask() {
    int window = size < LARGEST ? 1 : WINDOW;
    while (underWay < window && asked < length) {
      size = Math.min(LARGEST, 2 * size);
      long from = asked;
      int count = (int) Math.min(size, length - from);
      ranges.add(() -> range(from, count));
      asked += count;
      underWay++;
    }
  }

  private byte[] range(long from, int count) throws StoreException {
    try {
      byte[] bytes =
          bucket
              .client
              .getObjectAsBytes(
                  get ->
                      get.bucket(bucket.location.bucket())
                          .key(bucket.name(key))
                          .ifMatch(tag)
                          .range("bytes=" + from + "-" + (from + count - 1)))
              .asByteArrayUnsafe();
      if (bytes.length != count) {
        throw new StoreException(
            Kind.UNAVAILABLE,
            "cannot read " + key + ": " + bytes.length + " bytes came instead of " + count);
      }
      return bytes;
    } catch (SdkException e) {
      throw failed(bucket, key, e);
    }
  }
}

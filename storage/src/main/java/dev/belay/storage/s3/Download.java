package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.Ahead;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads an object by ranges, each a whole request, so that a reader that stops early wastes no
 * connection. One that has said how much it wants gets ranges of {@value #LARGEST} bytes, a few
 * under way at once, and none beyond. For one that has not the first is small; while it goes on
 * they double.
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
  private final long end;
  private final Ahead<byte[]> ranges;

  private byte[] current;
  private int position;
  private long asked;
  private int size;
  private int underWay;

  /**
   * @param end where reading ends: of the object, or of what is wanted
   * @param size of the first range asked for
   */
  private Download(
      Bucket bucket, String key, String tag, long asked, long end, byte[] first, int size) {
    this.bucket = bucket;
    this.key = key;
    this.tag = tag;
    this.asked = asked;
    this.end = end;
    this.current = first;
    this.size = size;
    this.ranges = new Ahead<>(bucket.threads);
  }

  /** At most this much from an offset on; {@link Long#MAX_VALUE} for all, or who knows. */
  static InputStream open(Bucket bucket, String key, long offset, long wanted)
      throws StoreException {
    // Of nothing, too, one byte is asked for: the answer to a HEAD would not say what is missing.
    int size = (int) Math.max(1, Math.min(wanted, wanted == Long.MAX_VALUE ? FIRST : LARGEST));
    try {
      Range first =
          bucket.client.getObject(
              get ->
                  get.bucket(bucket.location.bucket())
                      .key(bucket.name(key))
                      .range("bytes=" + offset + "-" + (offset + size - 1)),
              Range.ofAtMost(size));
      GetObjectResponse answer = first.answer();
      byte[] bytes = first.bytes();
      long length = lengthOf(key, answer, offset, bytes);
      if (bytes.length > wanted) {
        bytes = Arrays.copyOf(bytes, (int) wanted);
      }
      long end = wanted < length - offset ? offset + wanted : length;
      return new Download(bucket, key, answer.eTag(), offset + bytes.length, end, bytes, size);
    } catch (S3Exception e) {
      if (e.statusCode() == 416) {
        return beyond(bucket, key, offset);
      }
      throw failed(bucket, key, e);
    } catch (SdkException e) {
      throw failed(bucket, key, e);
    }
  }

  /**
   * From {@code bytes 0-99/1234}; a server that answers with all of it has not understood, and is
   * only forgiven where that is little.
   */
  private static long lengthOf(String key, GetObjectResponse answer, long offset, byte[] bytes)
      throws StoreException {
    String range = answer.contentRange();
    if (range == null) {
      if (offset == 0 && answer.contentLength() == bytes.length) {
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
            Kind.CORRUPT,
            key + " has " + length + " bytes alone: it was cut off before byte " + offset);
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
      if (underWay == 0 && asked >= end) {
        return false;
      }
      ask();
      underWay--;
      current = ranges.takeUnlessInterrupted();
      position = 0;
    }
    return true;
  }

  private void ask() {
    int window = size < LARGEST ? 1 : WINDOW;
    while (underWay < window && asked < end) {
      size = Math.min(LARGEST, 2 * size);
      long from = asked;
      int count = (int) Math.min(size, end - from);
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
              .getObject(
                  get ->
                      get.bucket(bucket.location.bucket())
                          .key(bucket.name(key))
                          .ifMatch(tag)
                          .range("bytes=" + from + "-" + (from + count - 1)),
                  Range.ofAtMost(count))
              .bytes();
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

package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One put. What fits a buffer goes up in one request when it is {@link #finish finished}; of what
 * does not, each full buffer goes up as a part while the next is filled. An upload that is not
 * finished is aborted.
 *
 * <p>For one thread.
 */
final class Upload extends OutputStream {
  private static final Logger log = LoggerFactory.getLogger(Upload.class);

  private static final int FIRST_SIZE = 64 << 10;

  /** What grows beyond gets a whole buffer. */
  private static final int LARGEST_SMALL = 1 << 20;

  /** A put by several at once may be answered "conflict, try again". */
  private static final int TRIES_IN_CONFLICT = 5;

  /** Name of the metadata that tells one's own put from another's. */
  private static final String PUT_ID = "belay-put";

  private final Bucket bucket;
  private final String key;
  private final boolean inParts;
  private final String name;
  private final String putId = UUID.randomUUID().toString();
  private final List<Future<CompletedPart>> parts = new ArrayList<>();

  private byte[] buffer = new byte[0];
  private int filled;
  private boolean permitted;
  private long length;
  private @Nullable String uploadId;
  private boolean done;

  /**
   * @param inParts also if it fits a buffer
   */
  Upload(Bucket bucket, String key, boolean inParts) {
    this.bucket = bucket;
    this.inParts = inParts;
    this.key = key;
    this.name = bucket.name(key);
  }

  @Override
  public void write(int b) throws IOException {
    reserve(1);
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, bytes.length);
    int at = from;
    int left = count;
    while (left > 0) {
      int room = reserve(left);
      System.arraycopy(bytes, at, buffer, filled, room);
      filled += room;
      at += room;
      left -= room;
    }
  }

  /** Makes room for as many of these bytes as a buffer has, at least one, and returns how many. */
  private int reserve(int wanted) throws StoreException {
    if (filled == Buffers.SIZE) {
      sendPart();
    }
    if (!permitted) {
      bucket.buffers.take();
      permitted = true;
    }
    int room = Math.min(wanted, Buffers.SIZE - filled);
    if (filled + room > buffer.length) {
      grow(Math.max(FIRST_SIZE, Math.max(filled + room, 2 * buffer.length)));
    }
    return room;
  }

  private void grow(int size) {
    if (uploadId == null && size <= LARGEST_SMALL) {
      buffer = Arrays.copyOf(buffer, size);
    } else {
      byte[] whole = bucket.buffers.whole();
      System.arraycopy(buffer, 0, whole, 0, filled);
      buffer = whole;
    }
  }

  /** Hands the full buffer and its permit over to a thread that sends it. */
  private void sendPart() throws StoreException {
    String id = uploadId == null ? begin() : uploadId;
    byte[] bytes = buffer;
    int count = filled;
    int number = parts.size() + 1;
    parts.add(bucket.threads.submit(() -> send(id, number, bytes, count)));
    permitted = false;
    length += count;
    buffer = new byte[0];
    filled = 0;
  }

  private String begin() throws StoreException {
    try {
      String id =
          bucket
              .client
              .createMultipartUpload(
                  create ->
                      create
                          .bucket(bucket.location.bucket())
                          .key(name)
                          .metadata(Map.of(PUT_ID, putId)))
              .uploadId();
      uploadId = id;
      return id;
    } catch (SdkException e) {
      throw failed(e);
    }
  }

  private CompletedPart send(String id, int number, byte[] bytes, int count) {
    try {
      var answer =
          bucket.client.uploadPart(
              part ->
                  part.bucket(bucket.location.bucket()).key(name).uploadId(id).partNumber(number),
              body(bytes, count));
      return CompletedPart.builder()
          .partNumber(number)
          .eTag(answer.eTag())
          .checksumCRC32(answer.checksumCRC32())
          .build();
    } finally {
      bucket.buffers.giveBack(bytes);
    }
  }

  private static RequestBody body(byte[] bytes, int count) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, count), count, "application/octet-stream");
  }

  /**
   * Makes the object appear.
   *
   * @return its length in bytes
   */
  long finish() throws StoreException {
    if ((uploadId != null || inParts) && filled > 0) {
      sendPart();
    }
    List<CompletedPart> sent = new ArrayList<>();
    for (Future<CompletedPart> part : parts) {
      sent.add(sent(part));
    }
    String id = uploadId;
    for (int attempt = 1; ; attempt++) {
      try {
        if (id == null) {
          putWhole();
        } else {
          complete(id, sent);
        }
        break;
      } catch (AwsServiceException e) {
        if (settled(e, attempt)) {
          break;
        }
      } catch (SdkException e) {
        throw failed(e);
      }
    }
    done = true;
    return length + (id == null ? filled : 0);
  }

  private void putWhole() {
    bucket.client.putObject(
        put ->
            put.bucket(bucket.location.bucket())
                .key(name)
                .ifNoneMatch("*")
                .metadata(Map.of(PUT_ID, putId)),
        body(buffer, filled));
  }

  private void complete(String id, List<CompletedPart> sent) {
    bucket.client.completeMultipartUpload(
        complete ->
            complete
                .bucket(bucket.location.bucket())
                .key(name)
                .uploadId(id)
                .ifNoneMatch("*")
                .multipartUpload(all -> all.parts(sent)));
  }

  /**
   * What an answer that is no success means: by now the object may be there, from another or from
   * this very put, when an earlier answer to it was lost.
   *
   * @return true if it is there and this put's own, false if it is worth another attempt
   */
  private boolean settled(AwsServiceException answer, int attempt) throws StoreException {
    int status = answer.statusCode();
    boolean lostUpload = uploadId != null && status == 404;
    if (status != 412 && status != 409 && !lostUpload) {
      throw failed(answer);
    }
    String owner = owner();
    if (putId.equals(owner)) {
      return true;
    }
    if (owner != null) {
      throw new StoreException(
          Kind.EXISTS, key + " exists already in " + bucket.location.url(), answer);
    }
    if (lostUpload || attempt >= TRIES_IN_CONFLICT) {
      throw failed(answer);
    }
    return false;
  }

  /** The put id of the object under this key; empty if it has none; null if there is no object. */
  private @Nullable String owner() throws StoreException {
    try {
      return bucket
          .client
          .headObject(head -> head.bucket(bucket.location.bucket()).key(name))
          .metadata()
          .getOrDefault(PUT_ID, "");
    } catch (SdkException e) {
      if (e instanceof AwsServiceException answer && answer.statusCode() == 404) {
        return null;
      }
      throw failed(e);
    }
  }

  private CompletedPart sent(Future<CompletedPart> part) throws StoreException {
    try {
      return part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "cannot store " + key + ": interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SdkException failure) {
        throw failed(failure);
      }
      throw new IllegalStateException("cannot store " + key, e.getCause());
    }
  }

  private StoreException failed(SdkException e) {
    return bucket.errors.failed("cannot store " + key, e);
  }

  @Override
  public void close() {
    if (permitted) {
      permitted = false;
      bucket.buffers.giveBack(buffer);
    }
    String id = uploadId;
    if (id != null && !done && Thread.currentThread().isInterrupted() && bucket.hangs()) {
      log.info("an unfinished upload of {} stays until it is swept: the store hangs", key);
    } else if (id != null && !done) {
      // An interrupt may be why it ends, and must not keep it from ending.
      boolean interrupted = Thread.interrupted();
      for (Future<CompletedPart> part : parts) {
        interrupted |= settle(part);
      }
      abort(id);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    buffer = new byte[0];
  }

  /**
   * A part that arrives after the abort would stay, unseen and paid for.
   *
   * @return whether this thread was interrupted meanwhile
   */
  private static boolean settle(Future<CompletedPart> part) {
    boolean interrupted = false;
    while (true) {
      try {
        part.get();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        return interrupted;
      }
    }
  }

  private void abort(String id) {
    try {
      bucket.client.abortMultipartUpload(
          abort -> abort.bucket(bucket.location.bucket()).key(name).uploadId(id));
    } catch (SdkException e) {
      log.warn(
          "an unfinished upload of {} stays in {} until it is swept: {}",
          key,
          bucket.location.url(),
          S3Errors.line(e));
    }
  }
}

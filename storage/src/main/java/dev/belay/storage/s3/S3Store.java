package dev.belay.storage.s3;

import dev.belay.storage.Keys;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.Ahead;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects of a bucket, spread below a prefix ({@link Spread}). An object is put by one request, or
 * in parts where it is large; either is all or nothing, and refused by the server where the key
 * exists ({@code If-None-Match: *}). Each put carries an id of its own as metadata, so that one
 * whose answer was lost is known again as one's own.
 *
 * <p>Holds at most {@value Buffers#MOST} buffers of {@link Buffers#SIZE} bytes, whatever the size
 * of the objects and the number of threads.
 */
public final class S3Store implements ObjectStore {
  private final S3Location location;
  private final Bucket bucket;
  private final Silence silence;

  /**
   * Opens no connection: the first request does.
   *
   * @throws StoreException CONFIGURATION if there is no telling how to reach it
   */
  public static S3Store open(S3Location location) throws StoreException {
    Silence silence = new Silence();
    return new S3Store(location, S3Clients.client(location, silence), silence);
  }

  /** With a client of the caller's, which {@link #close} closes. */
  S3Store(S3Location location, S3Client client) {
    this(location, client, new Silence());
  }

  private S3Store(S3Location location, S3Client client, Silence silence) {
    this.location = location;
    this.silence = silence;
    this.bucket = new Bucket(location, client, silence);
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return put(new Upload(bucket, Keys.checkKey(key), false), key, body);
  }

  /** As {@link #put}, in parts however small it is: to try that out. */
  public long putInParts(String key, Body body) throws StoreException {
    return put(new Upload(bucket, Keys.checkKey(key), true), key, body);
  }

  private static long put(Upload upload, String key, Body body) throws StoreException {
    try (upload) {
      body.writeTo(upload);
      return upload.finish();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          Kind.UNAVAILABLE, "cannot store " + key + ": " + S3Errors.line(e), e);
    }
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    Keys.checkKey(key);
    Keys.checkRange(offset, length);
    return Download.open(bucket, key, offset, length);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    Ahead<List<Stored>> lists = new Ahead<>(bucket.threads);
    for (String below : bucket.spread.below(Keys.checkPrefix(prefix))) {
      lists.add(() -> listed(below));
    }
    List<Stored> found = new ArrayList<>();
    while (!lists.isEmpty()) {
      found.addAll(lists.take());
    }
    // Servers sort by UTF-8 bytes, mostly; the contract by characters, and keys are ASCII.
    found.sort(Comparator.comparing(Stored::key));
    return found;
  }

  private List<Stored> listed(String below) throws StoreException {
    List<Stored> found = new ArrayList<>();
    try {
      for (S3Object object :
          bucket
              .client
              .listObjectsV2Paginator(list -> list.bucket(location.bucket()).prefix(below))
              .contents()) {
        bucket.spread.key(object.key()).ifPresent(key -> found.add(new Stored(key, object.size())));
      }
      return found;
    } catch (SdkException e) {
      throw bucket.errors.failed("cannot list " + location.url(), e);
    }
  }

  @Override
  public void delete(String key) throws StoreException {
    String name = bucket.name(Keys.checkKey(key));
    try {
      bucket.client.deleteObject(delete -> delete.bucket(location.bucket()).key(name));
    } catch (SdkException e) {
      StoreException failure = bucket.errors.failed("cannot delete " + key, e);
      if (failure.kind() != Kind.MISSING) {
        throw failure;
      }
    }
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    return new Unfinished(bucket).below(Keys.checkPrefix(prefix));
  }

  @Override
  public void abandon(String key) throws StoreException {
    new Unfinished(bucket).abandon(Keys.checkKey(key));
  }

  @Override
  public Optional<Duration> silence() {
    return Optional.of(Duration.ofNanos(silence.nanos()));
  }

  @Override
  public String describe() {
    return location.url();
  }

  @Override
  public String locate(String key) {
    return S3Location.SCHEME + location.bucket() + "/" + bucket.name(Keys.checkKey(key));
  }

  @Override
  public void close() {
    bucket.close();
  }
}

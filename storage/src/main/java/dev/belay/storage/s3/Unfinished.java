package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Uploads in parts that were begun and neither completed nor aborted.
 *
 * <p>Servers differ in what they list. MinIO knows prefixes that are whole keys, and the empty one;
 * S3 knows all, and may allow its own prefix alone to a process. So a prefix that finds nothing is
 * tried again without, and whatever comes is filtered here.
 */
final class Unfinished {
  private static final Logger log = LoggerFactory.getLogger(Unfinished.class);

  private final Bucket bucket;

  Unfinished(Bucket bucket) {
    this.bucket = bucket;
  }

  /** Keys, sorted, each once. */
  List<String> below(String prefix) throws StoreException {
    List<String> found = keys(bucket.location.prefix(), prefix);
    if (found.isEmpty() && !bucket.location.prefix().isEmpty()) {
      try {
        found = keys("", prefix);
      } catch (StoreException e) {
        log.debug("only uploads below the prefix were asked for", e);
      }
    }
    return found;
  }

  private List<String> keys(String asked, String prefix) throws StoreException {
    return uploads(asked).stream()
        .map(MultipartUpload::key)
        .flatMap(name -> bucket.spread.key(name).stream())
        .filter(key -> key.startsWith(prefix))
        .sorted()
        .distinct()
        .toList();
  }

  void abandon(String key) throws StoreException {
    String name = bucket.name(key);
    for (MultipartUpload upload : uploads(name)) {
      if (upload.key().equals(name)) {
        abort(key, upload.uploadId());
      }
    }
  }

  private void abort(String key, String id) throws StoreException {
    try {
      bucket.client.abortMultipartUpload(
          abort -> abort.bucket(bucket.location.bucket()).key(bucket.name(key)).uploadId(id));
    } catch (NoSuchUploadException e) {
      log.debug("the upload {} of {} has ended by itself", id, key);
    } catch (SdkException e) {
      throw bucket.errors.failed("cannot abort the upload of " + key, e);
    }
  }

  private List<MultipartUpload> uploads(String prefix) throws StoreException {
    try {
      return bucket
          .client
          .listMultipartUploadsPaginator(
              list -> list.bucket(bucket.location.bucket()).prefix(prefix))
          .uploads()
          .stream()
          .toList();
    } catch (SdkException e) {
      throw bucket.errors.failed("cannot list unfinished uploads in " + bucket.location.url(), e);
    }
  }
}

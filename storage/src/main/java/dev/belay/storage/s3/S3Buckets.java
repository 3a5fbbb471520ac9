package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** Makes buckets, for servers that begin empty. */
public final class S3Buckets {
  private S3Buckets() {}

  /** Makes the bucket of a location unless it is there. */
  public static void make(S3Location location) throws StoreException {
    try (S3Client client = S3Clients.client(location)) {
      client.createBucket(create -> create.bucket(location.bucket()));
    } catch (BucketAlreadyOwnedByYouException | BucketAlreadyExistsException e) {
      return;
    } catch (SdkException e) {
      throw new S3Errors(location).failed("cannot make the bucket " + location.bucket(), e);
    }
  }
}

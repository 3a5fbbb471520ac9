package dev.belay.storage.format;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import java.security.MessageDigest;

/**
 * An object that no journal speaks of, such as one that was copied out of the store: what reads it
 * has only the object's own word for what it is. Whether it is whole can be told all the same.
 */
public final class Unrecorded {
  private Unrecorded() {}

  /**
   * What a journal would have recorded of it.
   *
   * @param length of the object
   * @throws StoreException CORRUPT if it is no object of this kind
   */
  public static ObjectRef reference(ObjectStore store, String key, long length, ObjectKind kind)
      throws StoreException {
    try {
      if (length < Layout.HEADER + Layout.FOOTER) {
        throw new StoreException(
            StoreException.Kind.CORRUPT, "it cannot have " + length + " bytes");
      }
      byte[] header = Reading.range(store, key, 0, Layout.HEADER);
      Layout.checkHeader(header, kind);
      byte[] footer = Reading.range(store, key, length - Layout.FOOTER, Layout.FOOTER);
      long offset = Layout.manifestOffset(footer, length);
      byte[] manifest = Reading.range(store, key, offset, (int) (length - Layout.FOOTER - offset));
      MessageDigest digest = Digests.sha256();
      digest.update(header);
      return ObjectRef.newBuilder()
          .setKey(key)
          .setLength(length)
          .setDigest(ByteString.copyFrom(digest.digest(manifest)))
          .build();
    } catch (StoreException e) {
      throw Reading.named(kind, key, e);
    }
  }
}

package dev.belay.storage.format;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Copies an object from one store to another under the same key, whatever its size with a small
 * buffer, and finds on the way whether it is the one that a reference names: its length, and the
 * digest over header and manifest. The chunks between are left to whoever restores it.
 */
public final class ObjectCopy {
  private static final int STEP = 1 << 16;
  private static final int SMALL = 1 << 20;

  private ObjectCopy() {}

  /**
   * Copies; what is not the object stays out of the other store.
   *
   * @param reference length 0 and an empty digest: not known, so any object is taken
   * @throws StoreException MISSING or CORRUPT of the source, EXISTS of the target; others of either
   */
  public static void copy(ObjectStore from, ObjectStore to, ObjectRef reference)
      throws StoreException {
    String key = reference.getKey();
    if (reference.getDigest().isEmpty()) {
      stream(from, to, key, (in, out) -> in.transferTo(out));
    } else if (reference.getLength() <= SMALL) {
      byte[] bytes = small(from, reference);
      long unused = to.put(key, out -> out.write(bytes));
    } else {
      long manifest = manifestOffset(from, reference);
      stream(from, to, key, (in, out) -> transfer(in, out, reference, manifest));
    }
  }

  /** Passes the bytes of an object on. */
  @FunctionalInterface
  private interface Passage {
    void pass(InputStream in, OutputStream out) throws IOException;
  }

  private static void stream(ObjectStore from, ObjectStore to, String key, Passage passage)
      throws StoreException {
    long unused =
        to.put(
            key,
            out -> {
              try (InputStream in = from.open(key, 0)) {
                passage.pass(in, out);
              }
            });
  }

  /** Most objects are: one request less. */
  private static byte[] small(ObjectStore from, ObjectRef reference) throws StoreException {
    String key = reference.getKey();
    int length = (int) reference.getLength();
    byte[] bytes;
    try (InputStream in = from.open(key, 0, length + 1L)) {
      bytes = in.readAllBytes();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "cannot read " + key + ": " + e.getMessage(), e);
    }
    if (bytes.length != length || length < Layout.HEADER + Layout.FOOTER) {
      throw corrupt(reference, "it has " + bytes.length + " bytes");
    }
    long manifest =
        Layout.manifestOffset(Arrays.copyOfRange(bytes, length - Layout.FOOTER, length), length);
    MessageDigest digest = Digests.sha256();
    within(digest, bytes, length, 0, 0, Layout.HEADER);
    within(digest, bytes, length, 0, manifest, length - Layout.FOOTER);
    requireDigest(reference, digest);
    return bytes;
  }

  private static long manifestOffset(ObjectStore from, ObjectRef reference) throws StoreException {
    long length = reference.getLength();
    if (length < Layout.HEADER + Layout.FOOTER) {
      throw new StoreException(Kind.CORRUPT, reference.getKey() + " cannot have so few bytes");
    }
    byte[] footer = Reading.range(from, reference.getKey(), length - Layout.FOOTER, Layout.FOOTER);
    return Layout.manifestOffset(footer, length);
  }

  private static void transfer(InputStream in, OutputStream out, ObjectRef reference, long manifest)
      throws IOException {
    MessageDigest digest = Digests.sha256();
    long end = reference.getLength() - Layout.FOOTER;
    byte[] buffer = new byte[STEP];
    long position = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      within(digest, buffer, count, position, 0, Layout.HEADER);
      within(digest, buffer, count, position, manifest, end);
      position += count;
    }
    if (position != reference.getLength()) {
      throw corrupt(reference, "it has " + position + " bytes");
    }
    requireDigest(reference, digest);
  }

  private static void requireDigest(ObjectRef reference, MessageDigest digest)
      throws StoreException {
    if (!reference.getDigest().equals(ByteString.copyFrom(digest.digest()))) {
      throw corrupt(reference, "its digest differs");
    }
  }

  /** Adds those bytes of the buffer, which begins at a position, that lie between two others. */
  private static void within(
      MessageDigest digest, byte[] buffer, int count, long position, long from, long to) {
    long begin = Math.max(from, position);
    long end = Math.min(to, position + count);
    if (begin < end) {
      digest.update(buffer, (int) (begin - position), (int) (end - begin));
    }
  }

  private static StoreException corrupt(ObjectRef reference, String how) {
    return new StoreException(
        Kind.CORRUPT, reference.getKey() + " is not the one that was recorded: " + how);
  }
}

package dev.belay.storage.faults;

import dev.belay.storage.Keys;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.BiFunction;

/** Gives out other bytes than it holds: flipped, fewer, more. */
public final class DamagingStore extends ForwardingStore {
  private final BiFunction<String, byte[], byte[]> damage;

  /**
   * A store whose objects are read through a function.
   *
   * @param damage from a key and the object's bytes to the bytes given out
   */
  public DamagingStore(ObjectStore store, BiFunction<String, byte[], byte[]> damage) {
    super(store);
    this.damage = damage;
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    byte[] damaged;
    try (InputStream in = super.open(key, 0, Long.MAX_VALUE)) {
      damaged = damage.apply(key, in.readAllBytes());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, key + " cannot be read", e);
    }
    Keys.checkRange(offset, length);
    if (offset > damaged.length) {
      throw new StoreException(Kind.CORRUPT, key + " is too short");
    }
    int from = (int) offset;
    int count = (int) Math.min(length, damaged.length - from);
    return new ByteArrayInputStream(damaged, from, count);
  }

  /** Without its end. */
  public static byte[] truncate(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, Math.min(length, bytes.length));
  }

  /** With one byte changed. */
  public static byte[] flip(byte[] bytes, int index, int mask) {
    byte[] flipped = bytes.clone();
    flipped[index] ^= (byte) mask;
    return flipped;
  }
}

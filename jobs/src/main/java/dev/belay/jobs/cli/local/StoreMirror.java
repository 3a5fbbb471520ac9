package dev.belay.jobs.cli.local;

import dev.belay.coordinator.mirror.MirrorStore;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.StoreProbe;
import dev.belay.storage.Stores;
import dev.belay.storage.format.ObjectCopy;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the coordinator, which knows no stores, a mirror in one. */
public final class StoreMirror implements MirrorStore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreMirror.class);

  private final ObjectStore store;
  private final ObjectStore mirror;

  /** Whether it was tried out, and can do what is needed. */
  private volatile boolean fit;

  StoreMirror(ObjectStore store, ObjectStore mirror) {
    this.store = store;
    this.mirror = mirror;
  }

  /**
   * A mirror to write to. One that is out of reach now is waited for later.
   *
   * @param storeUrl where objects are copied from
   * @throws StoreException CONFIGURATION, with one line for people
   */
  public static StoreMirror to(String url, String storeUrl) throws StoreException {
    if (Stores.samePlace(url, storeUrl)) {
      throw new StoreException(
          Kind.CONFIGURATION, "the mirror " + url + " is the store itself: choose another place");
    }
    StoreMirror mirror = open(storeUrl, url);
    try {
      mirror.requireFit();
    } catch (StoreException e) {
      if (e.kind() == Kind.CONFIGURATION) {
        mirror.close();
        throw e;
      }
      log.warn("the mirror cannot be tried out, and is waited for: {}", e.getMessage());
    }
    return mirror;
  }

  /**
   * A mirror to recover from, which becomes the store.
   *
   * @throws StoreException with one line for people, also if it is out of reach
   */
  public static StoreMirror from(String url) throws StoreException {
    StoreMirror mirror = open(url, url);
    try {
      mirror.requireFit();
    } catch (StoreException e) {
      mirror.close();
      throw e;
    }
    return mirror;
  }

  private static StoreMirror open(String storeUrl, String url) throws StoreException {
    ObjectStore store = Stores.open(storeUrl);
    try {
      return new StoreMirror(store, Stores.open(url));
    } catch (StoreException e) {
      store.close();
      throw e;
    }
  }

  private void requireFit() throws StoreException {
    String why = unfit();
    if (why != null) {
      throw new StoreException(Kind.CONFIGURATION, "the mirror " + mirror.describe() + " " + why);
    }
  }

  @Override
  public @Nullable String unfit() throws StoreException {
    if (!fit) {
      String why = StoreProbe.whyNoMirror(mirror).orElse(null);
      fit = why == null;
      return why;
    }
    return null;
  }

  @Override
  public String describe() {
    return mirror.describe();
  }

  @Override
  public boolean put(String key, Body body) throws IOException {
    try {
      mirror.put(key, body::writeTo);
      return true;
    } catch (StoreException e) {
      if (e.kind() == Kind.EXISTS) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public @Nullable InputStream open(String key, long offset) throws IOException {
    try {
      return mirror.open(key, offset);
    } catch (StoreException e) {
      if (e.kind() == Kind.MISSING) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return mirror.list(prefix).stream().map(one -> new Stored(one.key(), one.length())).toList();
  }

  @Override
  public void delete(String key) throws IOException {
    mirror.delete(key);
  }

  @Override
  public Outcome copy(Wanted object) throws IOException {
    ObjectRef reference =
        ObjectRef.newBuilder()
            .setKey(object.key())
            .setLength(object.length())
            .setDigest(object.digest())
            .build();
    try {
      ObjectCopy.copy(store, mirror, reference);
      return Outcome.COPIED;
    } catch (StoreException e) {
      return switch (e.kind()) {
        case EXISTS -> Outcome.COPIED;
        case MISSING -> Outcome.MISSING;
        case CORRUPT -> Outcome.CORRUPT;
        default -> throw e;
      };
    }
  }

  @Override
  public void close() {
    store.close();
    mirror.close();
  }
}

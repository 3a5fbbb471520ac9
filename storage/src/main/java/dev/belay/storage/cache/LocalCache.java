package dev.belay.storage.cache;

import dev.belay.storage.Keys;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects of a store, or parts of them, on this machine's own disk: what was written or read once
 * is not fetched again, not even by the next process on the same directory.
 *
 * <p>All of it is in the store as well, so any of it may be lost at any time, and none of it is
 * trusted: whoever reads verifies, and {@link #forget}s what turns out to be damaged. A disk that
 * fails makes the cache useless, never the work.
 *
 * <p>Holds so many bytes at most; what was used longest ago goes first. For one process at a time;
 * safe for use by many threads.
 */
public final class LocalCache {
  private static final Logger log = LoggerFactory.getLogger(LocalCache.class);

  private final Path directory;
  private final long capacity;

  /** By when they were last used, the latest last. */
  private final Map<String, CachedObject> objects = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;
  private boolean failed;

  /**
   * Finds what is there already.
   *
   * @param capacity in bytes; 0: it keeps nothing
   */
  public LocalCache(Path directory, long capacity) {
    this.directory = directory;
    this.capacity = capacity;
    try {
      find();
    } catch (IOException e) {
      failed("read", e);
    }
    shrink();
  }

  private LocalCache() {
    this.directory = Path.of("");
    this.capacity = 0;
  }

  /** One that keeps nothing. */
  public static LocalCache none() {
    return new LocalCache();
  }

  /** Whether it keeps nothing whatever happens. */
  public boolean isNone() {
    return capacity == 0;
  }

  /** Null if not all of these bytes are at hand: up to the object's end, if it ends before. */
  synchronized @Nullable InputStream open(String key, long from, long to) {
    CachedObject object = objects.get(key);
    try {
      return object == null ? null : object.open(from, to);
    } catch (IOException e) {
      forget(key);
      return null;
    }
  }

  /** Where bytes of this object are to be kept. */
  synchronized CachedObject toFill(String key) {
    return objects.computeIfAbsent(
        key, absent -> new CachedObject(key, directory.resolve(Keys.checkKey(key))));
  }

  /** These bytes of it have been written. */
  synchronized void filled(CachedObject object, long from, long to, boolean last)
      throws IOException {
    if (objects.get(object.key) != object) {
      return;
    }
    long before = object.bytes();
    if (to > from) {
      object.list(from, to, last);
      bytes += object.bytes() - before;
      shrink();
    } else if (before == 0) {
      forget(object.key);
    }
  }

  /** Gives away a file: moves it to a path, whose directory exists. */
  @FunctionalInterface
  public interface Mover {
    void moveTo(Path path) throws IOException;
  }

  /** Takes over a file that holds a whole object, unless nothing is kept here. */
  public synchronized void adopt(String key, Mover whole) {
    forget(key);
    if (capacity == 0) {
      return;
    }
    try {
      CachedObject object = toFill(key);
      object.adopt(whole);
      bytes += object.bytes();
      shrink();
    } catch (IOException e) {
      failed("write", e);
      forget(key);
    }
  }

  /**
   * Drops an object, since it is damaged or of no use any more.
   *
   * @return whether any of it was here
   */
  public synchronized boolean forget(String key) {
    CachedObject object = objects.remove(key);
    if (object == null) {
      return false;
    }
    long held = object.bytes();
    bytes -= held;
    try {
      object.remove();
    } catch (IOException e) {
      failed("remove a file", e);
    }
    return held > 0;
  }

  /** As {@link #forget(String)}, each of them. */
  public synchronized boolean forget(Collection<String> keys) {
    boolean any = false;
    for (String key : keys) {
      any |= forget(key);
    }
    return any;
  }

  /** Drops what lies below a prefix, but for these. */
  public synchronized void retain(String prefix, Collection<String> keys) {
    List<String> others = new ArrayList<>();
    for (String key : objects.keySet()) {
      if (key.startsWith(prefix) && !keys.contains(key)) {
        others.add(key);
      }
    }
    forget(others);
  }

  /** How many it holds. */
  public synchronized long bytes() {
    return bytes;
  }

  private void shrink() {
    Iterator<CachedObject> oldest = List.copyOf(objects.values()).iterator();
    while (bytes > capacity && oldest.hasNext()) {
      forget(oldest.next().key);
    }
  }

  /** Says so once: a disk that is full stays so for a while. */
  synchronized void failed(String what, IOException e) {
    if (!failed) {
      failed = true;
      log.warn(
          "The cache in {} cannot {}, and the store is read instead: {}", directory, what, e, e);
    }
  }

  private void find() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    Map<Long, List<CachedObject>> byUse = new TreeMap<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String key = directory.relativize(file).toString().replace(File.separatorChar, '/');
            if (Keys.isKey(key)) {
              CachedObject object = CachedObject.found(key, file);
              if (object == null) {
                new CachedObject(key, file).remove();
              } else {
                long used = attributes.lastModifiedTime().toMillis();
                byUse.computeIfAbsent(used, first -> new ArrayList<>()).add(object);
              }
            } else if (!key.endsWith(CachedObject.PARTS)) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    for (List<CachedObject> found : byUse.values()) {
      for (CachedObject object : found) {
        objects.put(object.key, object);
        bytes += object.bytes();
      }
    }
  }
}

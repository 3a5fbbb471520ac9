package dev.belay.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of a disk the cache may take. */
final class CacheSize {
  /** As much as is free allows. */
  static final long AUTO = -1;

  private static final long MOST = 20L << 30;
  private static final int SHARE = 10;

  private CacheSize() {}

  /**
   * The size in bytes.
   *
   * @param wanted {@link #AUTO}, or what this returns then
   * @param directory whose parent exists
   */
  static long bytes(long wanted, Path directory) throws IOException {
    if (wanted != AUTO) {
      return wanted;
    }
    Path existing = Files.exists(directory) ? directory : directory.getParent();
    return Math.min(MOST, Files.getFileStore(existing).getUsableSpace() / SHARE);
  }
}

package dev.belay.coordinator;

import dev.belay.coordinator.mirror.MirrorStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a coordinator mirrors to, and what it goes on from. The stores belong to the caller.
 *
 * @param mirror where to; null: nowhere
 * @param origin the mirror of a lost region, which this one recovers from when its data directory
 *     is empty; null: none
 * @param again whether to recover from a mirror that was recovered from before
 */
public record Region(@Nullable MirrorStore mirror, @Nullable MirrorStore origin, boolean again) {
  /** No mirror, and no past elsewhere. */
  public static final Region ALONE = new Region(null, null, false);

  /**
   * The mirror that a data directory was recovered from, which is its store since; null: it was
   * not, or there is none yet.
   */
  public static @Nullable String originOf(Path data) {
    try {
      OriginFile file = OriginFile.read(data);
      return file != null && file.done() ? file.url() : null;
    } catch (IOException e) {
      return null;
    }
  }
}

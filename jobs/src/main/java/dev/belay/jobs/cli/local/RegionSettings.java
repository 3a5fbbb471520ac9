package dev.belay.jobs.cli.local;

import org.jspecify.annotations.Nullable;

/**
 * What a coordinator has to do with other regions.
 *
 * @param mirror the URL of its mirror; null: none
 * @param recovers whether its store is the mirror of a lost region, which it goes on from
 * @param again whether also from a mirror that was recovered from before
 */
public record RegionSettings(@Nullable String mirror, boolean recovers, boolean again) {
  public static final RegionSettings NONE = new RegionSettings(null, false, false);
}

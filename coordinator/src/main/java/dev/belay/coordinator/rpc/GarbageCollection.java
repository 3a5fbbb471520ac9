package dev.belay.coordinator.rpc;

import dev.belay.runtime.proto.CollectGarbageReply;
import java.util.concurrent.CompletableFuture;

/** Looks through the store for what nobody needs. */
@FunctionalInterface
public interface GarbageCollection {
  /**
   * Does so in the background; fails with one line for people.
   *
   * @param dryRun only says what is garbage
   */
  CompletableFuture<CollectGarbageReply> collect(boolean dryRun);
}

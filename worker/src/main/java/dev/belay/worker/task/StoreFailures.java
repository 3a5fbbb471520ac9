package dev.belay.worker.task;

import dev.belay.storage.StoreException;

/** What a failed put means for whoever wants to store something. */
final class StoreFailures {
  private StoreFailures() {}

  /** Whether another try, under another key, may succeed. */
  static boolean mayPass(StoreException failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE, CONFIGURATION, EXISTS, MISSING, CORRUPT -> true;
      case INCOMPATIBLE -> false;
    };
  }
}

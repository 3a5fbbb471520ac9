package dev.belay.jobs.cli.view;

import java.util.List;

/**
 * That workers of a job cannot use the store: told once it has lasted for some looks, and that it
 * is over; unless its partitions say the same, one by one.
 */
final class StoreEvents {
  private final int lasting;
  private int looks;
  private boolean told;

  StoreEvents(int lasting) {
    this.lasting = lasting;
  }

  /**
   * @param now which workers, and why; empty: none
   * @param elsewhere whether partitions tell what keeps them
   */
  void next(String now, boolean elsewhere, List<String> lines) {
    if (now.isEmpty()) {
      if (told) {
        lines.add("the store can be used again");
      }
      told = false;
      looks = 0;
      return;
    }
    looks = elsewhere ? 0 : looks + 1;
    if (looks == lasting && !told) {
      told = true;
      lines.add("the store: " + now);
    }
  }
}

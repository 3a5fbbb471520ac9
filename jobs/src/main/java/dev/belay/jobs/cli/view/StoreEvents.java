package dev.belay.jobs.cli.view;

import java.util.List;

/**
 * That workers of a job cannot use the store: told once it has lasted for some looks, and that it
 * is over; unless its partitions say the same, one by one.
 */
final class StoreEvents {
  private final int lasting;
  private int looks;
  private String who = "";
  private String told = "";

  StoreEvents(int lasting) {
    this.lasting = lasting;
  }

  /**
   * @param now which workers, and why; empty: none
   * @param elsewhere whether partitions tell what keeps them
   */
  void next(String now, boolean elsewhere, List<String> lines) {
    if (now.isEmpty()) {
      if (!told.isEmpty()) {
        lines.add("the store can be used again");
      }
      told = "";
      who = "";
      looks = 0;
      return;
    }
    // The reason may change from one try to the next; whom it befalls is news.
    String whoNow = now.substring(0, Math.max(0, now.indexOf(':')));
    looks = elsewhere || !whoNow.equals(who) ? 0 : looks;
    looks += elsewhere ? 0 : 1;
    who = whoNow;
    if (looks == lasting && !who.equals(told)) {
      told = who;
      lines.add("the store: " + now);
    }
  }
}

package dev.belay.jobs.e2e;

import dev.belay.jobs.cli.Main;
import software.amazon.awssdk.core.SdkGlobalTime;

/** The command on a machine whose clock is so many seconds ahead, as far as S3 can tell. */
public final class SkewedMain {
  private SkewedMain() {}

  public static void main(String[] arguments) {
    // What a client takes off the clock before it signs.
    SdkGlobalTime.setGlobalTimeOffset(-Integer.getInteger("belay.test.ahead"));
    Main.main(arguments);
  }
}

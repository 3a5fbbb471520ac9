package dev.belay.runtime.lease;

import dev.belay.runtime.proto.Epoch;
import java.util.Comparator;

/** The order of epochs: by generation, then by counter; both unsigned. */
public final class Epochs {
  public static final Comparator<Epoch> ORDER =
      (a, b) -> {
        int byGeneration = Integer.compareUnsigned(a.getGeneration(), b.getGeneration());
        return byGeneration != 0
            ? byGeneration
            : Long.compareUnsigned(a.getCounter(), b.getCounter());
      };

  private Epochs() {}

  public static Epoch of(int generation, long counter) {
    return Epoch.newBuilder().setGeneration(generation).setCounter(counter).build();
  }

  /** For people: "1.17". */
  public static String text(Epoch epoch) {
    return Integer.toUnsignedString(epoch.getGeneration())
        + "."
        + Long.toUnsignedString(epoch.getCounter());
  }
}

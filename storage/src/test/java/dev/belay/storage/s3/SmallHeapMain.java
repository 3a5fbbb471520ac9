package dev.belay.storage.s3;

import dev.belay.storage.ObjectStore;
import java.io.InputStream;
import java.util.Arrays;

/** Puts an object and reads it back in a process of its own: the URL, the megabytes. */
public final class SmallHeapMain {
  private static final int MEGABYTE = 1 << 20;

  private SmallHeapMain() {}

  public static void main(String[] arguments) throws Exception {
    S3Location place = S3Location.parse(arguments[0]);
    int megabytes = Integer.parseInt(arguments[1]);
    try (ObjectStore store = S3Store.open(place)) {
      byte[] block = new byte[MEGABYTE];
      store.put(
          "large",
          out -> {
            for (int i = 0; i < megabytes; i++) {
              fill(block, i);
              out.write(block);
            }
          });
      byte[] expected = new byte[MEGABYTE];
      try (InputStream in = store.open("large", 0)) {
        for (int i = 0; i < megabytes; i++) {
          if (in.readNBytes(block, 0, MEGABYTE) != MEGABYTE) {
            throw new IllegalStateException("the object ends within megabyte " + i);
          }
          fill(expected, i);
          if (!Arrays.equals(block, expected)) {
            throw new IllegalStateException("megabyte " + i + " is another");
          }
        }
        if (in.read() >= 0) {
          throw new IllegalStateException("the object is too long");
        }
      }
    }
    System.out.println("passed " + megabytes + " MiB");
  }

  private static void fill(byte[] block, int number) {
    for (int i = 0; i < block.length; i += 512) {
      block[i] = (byte) number;
      block[i + 1] = (byte) (number >>> 8);
      block[i + 2] = (byte) (i >>> 9);
    }
  }
}

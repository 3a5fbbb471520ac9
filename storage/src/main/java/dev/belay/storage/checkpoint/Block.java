package dev.belay.storage.checkpoint;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Bytes of a state on their way, until the last chunk that is cut from them has been packed. */
final class Block {
  final byte[] bytes;
  final int length;
  private final IntConsumer release;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Has one user.
   *
   * @param release told of the array's length once nobody uses it
   */
  Block(byte[] bytes, int length, IntConsumer release) {
    this.bytes = bytes;
    this.length = length;
    this.release = release;
  }

  void use() {
    users.incrementAndGet();
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      release.accept(bytes.length);
    }
  }
}

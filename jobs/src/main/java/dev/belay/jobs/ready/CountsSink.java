package dev.belay.jobs.ready;

import java.io.IOException;

/** Takes words with their counts, in the order of their bytes, each word once. */
interface CountsSink {
  /** The word is bytes {@code from} to {@code to}, valid during the call alone. */
  void accept(byte[] bytes, int from, int to, long count) throws IOException;
}

package dev.belay.jobs.ready;

import java.io.IOException;
import java.util.List;

/**
 * Merges sorted runs into one, adding up the counts of equal words. The readers stand in a binary
 * heap, the one with the first word at its top. For one thread.
 */
final class CountsMerge {
  private final CountsReader[] heap;
  private int size;
  private byte[] word = new byte[64];

  private CountsMerge(int runs) {
    heap = new CountsReader[runs];
  }

  /** Reads all runs to their ends; closes none. */
  static void merge(List<CountsReader> runs, CountsSink sink) throws IOException {
    CountsMerge merge = new CountsMerge(runs.size());
    for (CountsReader run : runs) {
      if (run.next()) {
        merge.heap[merge.size++] = run;
      }
    }
    for (int i = merge.size / 2 - 1; i >= 0; i--) {
      merge.sink(i);
    }
    merge.run(sink);
  }

  private void run(CountsSink sink) throws IOException {
    while (size > 0) {
      CountsReader first = heap[0];
      int length = first.length();
      if (word.length < length) {
        word = new byte[Math.max(length, 2 * word.length)];
      }
      System.arraycopy(first.word(), 0, word, 0, length);
      long count = 0;
      while (size > 0 && heap[0].isWord(word, length)) {
        count += heap[0].count();
        advance();
      }
      sink.accept(word, 0, length, count);
    }
  }

  private void advance() throws IOException {
    if (!heap[0].next()) {
      heap[0] = heap[--size];
    }
    sink(0);
  }

  private void sink(int from) {
    int parent = from;
    CountsReader sinking = heap[from];
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && heap[child + 1].compareTo(heap[child]) < 0) {
        child++;
      }
      if (sinking.compareTo(heap[child]) <= 0) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = sinking;
  }
}

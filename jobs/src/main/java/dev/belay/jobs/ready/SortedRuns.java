package dev.belay.jobs.ready;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Any number of sorted runs, merged with only so many open at once. While there are more, the
 * smallest of them are merged into one, in a temporary file that goes away with the process. For
 * one thread.
 */
final class SortedRuns implements AutoCloseable {
  static final int USUAL_OPEN_RUNS = 64;

  private final int openRuns;
  private final PriorityQueue<Run> runs =
      new PriorityQueue<>(Comparator.comparingLong(Run::length));
  private @Nullable FileChannel temporary;

  /** Where a run's bytes come from. */
  interface Source {
    InputStream open() throws IOException;
  }

  private record Run(long length, Source source) {}

  /**
   * Begins with none.
   *
   * @param openRuns how many may be open at once, at least 2
   */
  SortedRuns(int openRuns) {
    this.openRuns = openRuns;
  }

  void add(long length, Source source) {
    runs.add(new Run(length, source));
  }

  /** Merges all runs, and forgets them. */
  void mergeTo(CountsSink sink) throws IOException {
    while (runs.size() > openRuns) {
      mergeSmallest(Math.min(openRuns, runs.size() - openRuns + 1));
    }
    merge(runs.size(), sink);
  }

  private void mergeSmallest(int number) throws IOException {
    FileChannel file = temporary();
    long start = file.size();
    file.position(start);
    CountsWriter writer = new CountsWriter(Channels.newOutputStream(file));
    merge(number, writer);
    writer.flush();
    add(writer.written(), () -> new FilePart(file, start, writer.written()));
  }

  private void merge(int number, CountsSink sink) throws IOException {
    List<CountsReader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        readers.add(new CountsReader(runs.remove().source().open()));
      }
      CountsMerge.merge(readers, sink);
    } finally {
      for (CountsReader reader : readers) {
        reader.close();
      }
    }
  }

  private FileChannel temporary() throws IOException {
    if (temporary == null) {
      Path path = Files.createTempFile("belay-wordcount-", ".runs");
      temporary =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    return temporary;
  }

  @Override
  public void close() throws IOException {
    if (temporary != null) {
      temporary.close();
    }
  }
}

package dev.belay.runtime.job.input;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Planning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Cuts a file, or all regular files below a directory, into splits of about equal cost: small files
 * share a split, large ones are cut into ranges.
 *
 * <p>Think of the files laid end to end, each as long as its bytes plus what opening it costs, and
 * the whole cut into equal pieces. A file that is small beside a piece is not cut but goes to the
 * piece that holds its middle. The same tree gives the same splits.
 *
 * @param splitBytes how much a split should hold where the user does not say how many there are
 * @param parallelism how many splits a smaller input is cut into, so that several workers share it
 * @param leastBytes but no split is made smaller than this for it
 */
public record FileSplitter(long splitBytes, int parallelism, long leastBytes) {
  /** Opening a file, in bytes that could be read in that time. */
  private static final long OPEN_COST = 8 << 10;

  /** A file of less than this part of a split is left whole. */
  private static final int WHOLE_PART = 8;

  /** Splits of 64 MiB, or eight of at least 1 MiB. */
  public static final FileSplitter STANDARD = new FileSplitter(64L << 20, 8, 1L << 20);

  public FileSplitter {
    if (splitBytes < 1 || parallelism < 1 || leastBytes < 1) {
      throw new IllegalArgumentException("a splitter's settings are at least 1");
    }
  }

  /**
   * Adds a split of {@link FileRanges} for each partition: as many as the user asked for, fewer
   * where there are too few bytes. An input without files adds none.
   *
   * @throws BadInputException as {@link #split}
   */
  public void plan(Path input, Planning planning) throws IOException {
    for (FileRanges split : split(input, planning.partitions())) {
      planning.add(split, Math.max(1, cost(split) >> 10));
    }
  }

  /**
   * The splits of an input.
   *
   * @param partitions how many are wanted, at least 1
   * @throws BadInputException naming the input, file or directory that is missing or unreadable
   */
  public List<FileRanges> split(Path input, OptionalInt partitions) throws IOException {
    List<FileRanges.Range> files = InputFiles.list(input);
    long total = 0;
    for (FileRanges.Range file : files) {
      total += cost(file.bytes());
    }
    return cut(files, total, partitions.orElse(pieces(total)));
  }

  private int pieces(long total) {
    long bySize = total / splitBytes + 1;
    long forParallelism = Math.min(parallelism, total / leastBytes);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(bySize, forParallelism));
  }

  private static List<FileRanges> cut(List<FileRanges.Range> files, long total, int pieces) {
    List<FileRanges> splits = new ArrayList<>();
    List<FileRanges.Range> current = new ArrayList<>();
    double piece = (double) total / pieces;
    int number = 0; // of the piece that current is
    long before = 0; // the cost of the files before this one
    for (FileRanges.Range file : files) {
      long cost = cost(file.bytes());
      boolean whole = file.bytes() == 0 || cost < piece / WHOLE_PART;
      double reach = whole ? before + cost / 2.0 : before + cost;
      long start = 0;
      while (number < pieces - 1 && (number + 1) * piece < reach) {
        number++;
        if (!whole) {
          long end = (long) ((number * piece - before) / cost * file.bytes());
          start = add(current, file, start, Math.min(end, file.bytes()));
        }
        current = flush(current, splits);
      }
      if (file.bytes() == 0) {
        current.add(file);
      } else {
        add(current, file, start, file.bytes());
      }
      before += cost;
    }
    flush(current, splits);
    return splits;
  }

  /** Adds a range unless it is empty; returns where the next one begins. */
  private static long add(List<FileRanges.Range> to, FileRanges.Range file, long start, long end) {
    if (start >= end) {
      return start;
    }
    to.add(new FileRanges.Range(file.path(), start, end, file.fileSize(), file.modifiedMillis()));
    return end;
  }

  private static List<FileRanges.Range> flush(
      List<FileRanges.Range> current, List<FileRanges> splits) {
    if (current.isEmpty()) {
      return current;
    }
    splits.add(new FileRanges(current));
    return new ArrayList<>();
  }

  private static long cost(long bytes) {
    return bytes + OPEN_COST;
  }

  private static long cost(FileRanges split) {
    return split.bytes() + split.size() * OPEN_COST;
  }
}

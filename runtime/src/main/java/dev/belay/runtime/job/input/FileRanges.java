package dev.belay.runtime.job.input;

import dev.belay.runtime.job.Cut;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A split of byte ranges, each of one file, in the order in which they are read. Positions in a
 * split count the bytes of its ranges as if they stood one after another: from 0 to {@link #bytes}.
 *
 * <p>Immutable. Kept as a few lists and arrays, so that thousands of small files make a small plan.
 */
public final class FileRanges {
  private final ArrayList<String> paths;
  private final long[] starts;
  private final long[] ends;
  private final long[] fileSizes;
  private final long[] modifiedMillis;

  /**
   * Bytes of a file, and what the file looked like when it was planned.
   *
   * @param start the offset of the first byte
   * @param end the offset after the last byte
   * @param fileSize bytes in the whole file
   * @param modifiedMillis when it was last written, since the epoch
   */
  public record Range(Path path, long start, long end, long fileSize, long modifiedMillis) {
    public Range {
      if (start < 0 || end < start || fileSize < end) {
        throw new IllegalArgumentException(
            "no range of a file: " + start + " to " + end + " of " + fileSize + " bytes");
      }
    }

    public long bytes() {
      return end - start;
    }

    private Range from(long start, long end) {
      return new Range(path, start, end, fileSize, modifiedMillis);
    }
  }

  /** For deserialisation alone. */
  private FileRanges() {
    this(List.of());
  }

  public FileRanges(List<Range> ranges) {
    int size = ranges.size();
    paths = new ArrayList<>(size);
    starts = new long[size];
    ends = new long[size];
    fileSizes = new long[size];
    modifiedMillis = new long[size];
    for (int i = 0; i < size; i++) {
      Range range = ranges.get(i);
      paths.add(written(range.path()));
      starts[i] = range.start();
      ends[i] = range.end();
      fileSizes[i] = range.fileSize();
      modifiedMillis[i] = range.modifiedMillis();
    }
  }

  /** How many ranges there are. */
  public int size() {
    return paths.size();
  }

  public Range get(int index) {
    return new Range(
        read(paths.get(index)),
        starts[index],
        ends[index],
        fileSizes[index],
        modifiedMillis[index]);
  }

  /** The length of one range, in bytes. */
  public long bytes(int index) {
    return ends[index] - starts[index];
  }

  /** The length of all ranges together, in bytes. */
  public long bytes() {
    long sum = 0;
    for (int i = 0; i < starts.length; i++) {
      sum += bytes(i);
    }
    return sum;
  }

  /**
   * Cuts the split in two, for {@link dev.belay.runtime.job.SplittableJob}.
   *
   * @param position how far it has been read: 0, or what a reader's position gave
   * @param fraction how much of the bytes behind the position the head keeps
   * @param leastBytes it is not worth it where a piece would have fewer bytes to read than this
   */
  public Optional<Cut<FileRanges>> cut(long position, double fraction, long leastBytes) {
    long left = bytes() - position;
    long kept = (long) (left * fraction);
    if (kept < Math.max(1, leastBytes) || left - kept < Math.max(1, leastBytes)) {
      return Optional.empty();
    }
    return Optional.of(cutAt(position + kept));
  }

  /**
   * Cuts the split down to what fails, for {@link dev.belay.runtime.job.SplittableJob#bisect}: what
   * is left in halves, and a last byte off what was read before it.
   *
   * @param position how far it has been read: 0, or what a reader's position gave
   */
  public Optional<Cut<FileRanges>> bisect(long position) {
    long left = bytes() - position;
    boolean last = left == 1 && position > 0;
    return left < 2 && !last ? Optional.empty() : Optional.of(cutAt(position + left / 2));
  }

  private Cut<FileRanges> cutAt(long position) {
    List<Range> head = new ArrayList<>();
    List<Range> tail = new ArrayList<>();
    long begin = 0;
    for (int i = 0; i < size(); i++) {
      Range range = get(i);
      long border = range.start() + position - begin;
      if (border >= range.end()) {
        head.add(range);
      } else if (border <= range.start()) {
        tail.add(range);
      } else {
        head.add(range.from(range.start(), border));
        tail.add(range.from(border, range.end()));
      }
      begin += range.bytes();
    }
    return new Cut<>(new FileRanges(head), new FileRanges(tail));
  }

  /** How many files begin in this split: over all splits, each file counts once. */
  public int files() {
    int files = 0;
    for (long start : starts) {
      files += start == 0 ? 1 : 0;
    }
    return files;
  }

  /** For people: the first range, and how many more there are. */
  @Override
  public String toString() {
    if (size() == 0) {
      return "no file";
    }
    Range first = get(0);
    String more = size() == 1 ? "" : " and " + (size() - 1) + " more ranges of files";
    return "bytes %d to %d of %s%s".formatted(first.start(), first.end(), first.path(), more);
  }

  // A name may hold bytes that are no characters here (another encoding, or the locale C). Its text
  // would name another file then; a URI keeps the bytes.
  private static String written(Path path) {
    String text = path.toAbsolutePath().toString();
    try {
      if (Path.of(text).equals(path.toAbsolutePath())) {
        return text;
      }
    } catch (InvalidPathException e) {
      // As above.
    }
    return path.toUri().toString();
  }

  private static Path read(String written) {
    return written.startsWith("file:") ? Path.of(URI.create(written)) : Path.of(written);
  }
}

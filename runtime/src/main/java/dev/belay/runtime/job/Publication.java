package dev.belay.runtime.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@link Job#publish} has at hand: the results of all partitions, and a way to write output
 * that becomes visible at once. Files are staged beside their targets; when {@code publish} has
 * returned, the list of them is journaled, and only then are they moved into place, in the order of
 * their creation and an empty {@code _SUCCESS} last. For one thread.
 */
public interface Publication {
  Parameters parameters();

  /** The partitions by index, fetched as they are iterated; iterable more than once. */
  Iterable<Completion> completions();

  /** The content of a segment, verified as it is read. */
  InputStream open(Completion.Segment segment) throws IOException;

  /**
   * A directory of output. All of a job's files in it appear before its {@code _SUCCESS} does;
   * readers trust only that.
   *
   * @param overwrite whether to replace files of the same names; other files in it are left alone
   * @throws BadInputException if it holds an output already and overwrite is false
   */
  Output output(Path directory, boolean overwrite) throws IOException;

  /** Sets a field of the job's result. */
  void result(String name, long value);

  /** As {@link #result(String, long)}. */
  void result(String name, double value);

  /** As {@link #result(String, long)}. */
  void result(String name, String value);

  /** A directory of output being staged. */
  interface Output {
    /** Begins a file; close it before {@code publish} returns. */
    OutputStream create(String fileName) throws IOException;
  }

  /**
   * What a partition left behind.
   *
   * @param values the fields of its result, each a Long, Double or String
   */
  record Completion(int partition, Map<String, Object> values, List<Segment> segments) {
    /** An integer field of the result. */
    public long integer(String name) {
      if (values.get(name) instanceof Long value) {
        return value;
      }
      throw new IllegalArgumentException(
          "partition " + partition + " has no integer result \"" + name + "\"");
    }

    /**
     * A piece of the partition's output.
     *
     * @param reference for {@link Publication#open}
     */
    public record Segment(String name, long length, Object reference) {}
  }
}

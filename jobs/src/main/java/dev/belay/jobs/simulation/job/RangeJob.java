package dev.belay.jobs.simulation.job;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.SplitBounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job that adds up a value for each of so many numbers. It knows its own answer, so that any
 * number lost or counted twice shows.
 *
 * @param name tells jobs apart
 * @param salt makes the values differ from job to job
 * @param partitions without a gap, the first from 0
 * @param micros what a number costs
 * @param splittable whether a running partition can be cut in two
 * @param poison numbers that throw each time
 * @param stumbles numbers that throw so often, and then no more
 * @param hangs numbers that never come to an end so often, and then do
 */
public record RangeJob(
    String name,
    long salt,
    List<Range> partitions,
    long micros,
    boolean splittable,
    List<Long> poison,
    Map<Long, Integer> stumbles,
    Map<Long, Integer> hangs,
    JobSpec spec) {
  public static final String CODE = "range";
  private static final String NAME = "name";

  /** See {@link PartitionRun}. */
  private static final Pattern FAILED = Pattern.compile("cannot add (\\d+)");

  public RangeJob {
    partitions = List.copyOf(partitions);
    poison = List.copyOf(poison);
    stumbles = Collections.unmodifiableMap(new TreeMap<>(stumbles));
    hangs = Collections.unmodifiableMap(new TreeMap<>(hangs));
  }

  /** What is submitted for it, but for what the caller adds. */
  public static JobSpec.Builder spec(String name) {
    return JobSpec.newBuilder()
        .setJob(CODE)
        .setName(name)
        .addParameters(Parameter.newBuilder().setKey(NAME).setValue(name))
        .addOutputs("/out/" + name);
  }

  static String nameIn(JobSpec spec) {
    return spec.getParameters(0).getValue();
  }

  public String target() {
    return "/out/" + name + "/sum";
  }

  public String marker() {
    return "/out/" + name + "/_SUCCESS";
  }

  long value(long number) {
    long mixed = (number + salt) * 0x9e3779b97f4a7c15L;
    return (mixed ^ (mixed >>> 29)) >>> 40;
  }

  Piece piece(long from, long to) {
    long sum = 0;
    for (long number = from; number < to; number++) {
      sum += value(number);
    }
    return new Piece(from, to, sum);
  }

  long size() {
    return partitions.isEmpty() ? 0 : partitions.get(partitions.size() - 1).to();
  }

  /**
   * What the output must be, whatever happened.
   *
   * @param without what was given up of it
   */
  public String expected(List<Range> without) {
    List<Piece> pieces = new ArrayList<>();
    long from = 0;
    for (Range gap : without.stream().sorted(Comparator.comparingLong(Range::from)).toList()) {
      if (gap.from() > from) {
        pieces.add(piece(from, gap.from()));
      }
      from = gap.to();
    }
    if (from < size()) {
      pieces.add(piece(from, size()));
    }
    return text(pieces);
  }

  /** What a partition is about, which may have come of a cut. */
  public Range covered(int index, SplitBounds bounds) {
    return bounds.getValue().isEmpty() ? partitions.get(index) : Bounds.of(bounds);
  }

  /**
   * Why a range should not have been given up for this error: since what failed does not lie in it,
   * or since it could have been cut smaller. Empty: it should. Whose workers were lost may have any
   * size.
   */
  public String wronged(Range range, String error) {
    Matcher failed = FAILED.matcher(error);
    if (!failed.find() || error.contains("workers without progress")) {
      return "";
    }
    long number = Long.parseLong(failed.group(1));
    if (!poison.contains(number) && !stumbles.containsKey(number)) {
      return number + " does no harm";
    }
    if (number < range.from() || number >= range.to()) {
      return number + " is not in " + range;
    }
    return splittable && range.size() > 1 ? range + " could be cut" : "";
  }

  /** What the output is made of: pieces in order, added up where they touch. */
  static String text(List<Piece> pieces) {
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.sort(Comparator.comparingLong(Piece::from).thenComparingLong(Piece::to));
    StringBuilder text = new StringBuilder();
    Piece joined = null;
    for (Piece piece : sorted) {
      if (joined != null && joined.to() == piece.from()) {
        joined = joined.and(piece);
      } else {
        if (joined != null) {
          text.append(joined).append('\n');
        }
        joined = piece;
      }
    }
    return joined == null ? text.toString() : text.append(joined).append('\n').toString();
  }
}

package dev.belay.jobs.simulation.job;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** What the output must be, whatever happened. */
  public String expected() {
    return text(partitions.isEmpty() ? List.of() : List.of(piece(0, size())));
  }

  /** What the output is made of: pieces in order, added up where they touch. */
  static String text(List<Piece> pieces) {
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.sort(java.util.Comparator.comparingLong(Piece::from).thenComparingLong(Piece::to));
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

package dev.belay.jobs.net;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes down each of its steps, at a pace that leaves time for things to go wrong. A step that is
 * lost or done twice shows in the output, as does a segment of an attempt that did not count. The
 * first partition has as much to do as several others, and may be cut.
 */
public final class DiaryJob implements SplittableJob<DiaryJob.Days, DiaryJob.Pages> {
  /** The steps that a partition is to do. */
  public record Days(long diary, int from, int to) {}

  /** A partition's state. */
  public static final class Pages {
    int next;
  }

  static final String FILE = "diary.txt";

  private static final int STEPS = 120;
  private static final int STEPS_OF_THE_FIRST = 4 * STEPS;

  /** How many go into a segment. */
  private static final int PAGE = 8;

  private static final long PACE_NANOS = 25_000_000;

  /** What must have been written in the end, in any order. */
  static List<String> expected(int partitions) {
    List<String> lines = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      for (int step = 0; step < steps(partition); step++) {
        lines.add(line(partition, step));
      }
    }
    return lines;
  }

  private static int steps(int partition) {
    return partition == 0 ? STEPS_OF_THE_FIRST : STEPS;
  }

  private static String line(long diary, int step) {
    return diary + " " + step;
  }

  @Override
  public String name() {
    return "diary";
  }

  @Override
  public String description() {
    return "writes down its steps";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.path("output", "a directory for what it wrote"));
  }

  @Override
  public List<String> outputs(Parameters parameters) {
    return List.of(parameters.path("output").toString());
  }

  @Override
  public Class<Days> splitType() {
    return Days.class;
  }

  @Override
  public Class<Pages> stateType() {
    return Pages.class;
  }

  @Override
  public void plan(Planning planning) {
    for (int i = 0; i < planning.partitions().orElse(4); i++) {
      planning.add(new Days(i, 0, steps(i)), steps(i));
    }
  }

  @Override
  public Optional<Cut<Days>> split(Days days, @Nullable Pages pages, double fraction) {
    int next = pages == null ? days.from() : pages.next;
    int middle = next + (int) (fraction * (days.to() - next));
    return middle <= next || middle >= days.to()
        ? Optional.empty()
        : Optional.of(
            new Cut<>(
                new Days(days.diary(), days.from(), middle),
                new Days(days.diary(), middle, days.to())));
  }

  @Override
  public void run(Task task) throws IOException {
    Days days = task.split(Days.class);
    Pages pages = task.state(Pages.class, () -> beforeThe(days.from()));
    while (pages.next < days.to()) {
      int end = Math.min(pages.next + PAGE, days.to());
      try (SegmentWriter page = task.segment("page")) {
        for (int step = pages.next; step < end; step++) {
          LockSupport.parkNanos(PACE_NANOS);
          page.write((line(days.diary(), step) + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      pages.next = end;
      task.progress(pages.next - days.from(), days.to() - days.from());
      task.checkpoint(pages);
    }
    task.result("steps", days.to() - days.from());
  }

  private static Pages beforeThe(int first) {
    Pages pages = new Pages();
    pages.next = first;
    return pages;
  }

  @Override
  public void publish(Publication publication) throws IOException {
    long steps = 0;
    Publication.Output output = publication.output(publication.parameters().path("output"), false);
    try (OutputStream diary = output.create(FILE)) {
      for (Publication.Completion completion : publication.completions()) {
        for (Publication.Completion.Segment page : completion.segments()) {
          try (InputStream content = publication.open(page)) {
            content.transferTo(diary);
          }
        }
        steps += completion.integer("steps");
      }
    }
    publication.result("steps", steps);
  }
}

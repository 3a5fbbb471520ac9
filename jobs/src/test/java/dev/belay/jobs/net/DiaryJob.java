package dev.belay.jobs.net;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes down each of its steps, at a pace that leaves time for things to go wrong. A step that is
 * lost or done twice shows in the output, as does a segment of an attempt that did not count.
 */
public final class DiaryJob implements Job {
  /** A partition's state. */
  public static final class Pages {
    int next;
  }

  static final String FILE = "diary.txt";

  /** Steps of a partition, and how many go into a segment. */
  static final int STEPS = 160;

  private static final int PAGE = 8;
  private static final long PACE_NANOS = 25_000_000;

  /** What must have been written in the end. */
  static String expected(int partitions) {
    StringBuilder all = new StringBuilder();
    for (int partition = 0; partition < partitions; partition++) {
      for (int step = 0; step < STEPS; step++) {
        all.append(line(partition, step));
      }
    }
    return all.toString();
  }

  private static String line(long partition, int step) {
    return partition + " " + step + "\n";
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
  public void plan(Planning planning) {
    for (long i = 0; i < planning.partitions().orElse(4); i++) {
      planning.add(i, 1);
    }
  }

  @Override
  public void run(Task task) throws IOException {
    long partition = task.split(Long.class);
    Pages pages = task.state(Pages.class, Pages::new);
    while (pages.next < STEPS) {
      try (SegmentWriter page = task.segment("page")) {
        for (int i = 0; i < PAGE; i++) {
          LockSupport.parkNanos(PACE_NANOS);
          page.write(line(partition, pages.next + i).getBytes(StandardCharsets.UTF_8));
        }
      }
      pages.next += PAGE;
      task.progress(pages.next, STEPS);
      task.checkpoint(pages);
    }
    task.result("steps", pages.next);
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

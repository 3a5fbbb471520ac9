package dev.belay.jobs.e2e;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Adds up numbers, and cannot be split. The first attempt at partition 0 is as slow as on a machine
 * that is not well; later ones wait at a gate before they begin, passing safe points meanwhile, so
 * that a test decides when the job may end.
 */
public final class LameJob implements Job {
  /** A partition's state. */
  public static final class Sum {
    int next;
    long sum;
  }

  private static final int STEPS = 1_000;
  private static final long STEP_NANOS = 1_000_000;
  private static final int SLOW = 100;

  /** The right answer for so many partitions. */
  static long expected(int partitions) {
    return partitions * (STEPS * (STEPS - 1L) / 2);
  }

  @Override
  public String name() {
    return "lame";
  }

  @Override
  public String description() {
    return "adds up numbers, at first slowly";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.path("mark", "made by the slow attempt"),
        ParameterSpec.path("gate", "goes on once this file is there"));
  }

  @Override
  public void plan(Planning planning) {
    for (long i = 0; i < planning.partitions().orElse(4); i++) {
      planning.add(i, 1);
    }
  }

  @Override
  public void run(Task task) throws IOException {
    Sum sum = task.state(Sum.class, Sum::new);
    boolean lame = task.split(Long.class) == 0;
    boolean slow = lame && isFirst(task.parameters().path("mark"));
    if (lame && !slow) {
      await(task.parameters().path("gate"), task, sum);
    }
    while (sum.next < STEPS) {
      LockSupport.parkNanos(slow ? SLOW * STEP_NANOS : STEP_NANOS);
      sum.sum += sum.next++;
      task.progress(sum.next, STEPS);
      task.checkpoint(sum);
    }
    task.result("sum", sum.sum);
  }

  private static boolean isFirst(Path mark) throws IOException {
    try {
      Files.createFile(mark);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void await(Path gate, Task task, Sum sum) {
    while (!Files.exists(gate)) {
      task.checkpoint(sum);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void publish(Publication publication) {
    long sum = 0;
    for (Publication.Completion completion : publication.completions()) {
      sum += completion.integer("sum");
    }
    publication.result("sum", sum);
  }
}

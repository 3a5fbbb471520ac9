package dev.belay.jobs.e2e;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Adds up numbers, and half-way waits at a gate until a file is there, passing safe points
 * meanwhile: so a test decides when a partition may end, however fast the machine is. What a
 * partition counts twice or not at all shows in the sum.
 */
public final class GatedJob implements Job {
  /** A partition's state. */
  public static final class Sum {
    long next;
    long sum;
  }

  /** Steps of a partition. */
  static final long STEPS = 4_000_000;

  /** The right answer for so many partitions. */
  static long expected(int partitions) {
    long sum = 0;
    for (long partition = 0; partition < partitions; partition++) {
      for (long step = 0; step < STEPS; step++) {
        sum += value(partition, step);
      }
    }
    return sum;
  }

  private static long value(long partition, long step) {
    return (partition * 31 + step) % 1009;
  }

  @Override
  public String name() {
    return "gated";
  }

  @Override
  public String description() {
    return "adds up numbers, waiting at a gate half-way";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.path("gate", "goes on once this file is there"));
  }

  @Override
  public void plan(Planning planning) {
    int partitions = planning.partitions().orElse(4);
    for (long i = 0; i < partitions; i++) {
      planning.add(i, 1);
    }
  }

  @Override
  public void run(Task task) {
    long partition = task.split(Long.class);
    Path gate = task.parameters().path("gate");
    Sum sum = task.state(Sum.class, Sum::new);
    while (sum.next < STEPS) {
      if (sum.next == STEPS / 2) {
        await(gate, task, sum);
      }
      sum.sum += value(partition, sum.next);
      sum.next++;
      task.progress(sum.next, STEPS);
      task.checkpoint(sum);
    }
    task.result("sum", sum.sum);
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

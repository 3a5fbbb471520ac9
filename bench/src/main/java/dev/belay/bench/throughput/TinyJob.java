package dev.belay.bench.throughput;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import java.util.List;

/**
 * Partitions of next to no work: each reads its split and has a small result; in the end these are
 * added up. So what is measured is what Belay itself needs for a partition.
 */
public final class TinyJob implements Job {
  static final String NAME = "bench-tiny";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "partitions of next to no work, for measuring";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public void plan(Planning planning) {
    int partitions = planning.partitions().orElse(1);
    for (int i = 0; i < partitions; i++) {
      planning.add((long) i, 1);
    }
  }

  @Override
  public void run(Task task) {
    long number = task.split(Long.class);
    task.result("number", number);
  }

  @Override
  public void publish(Publication publication) {
    long sum = 0;
    for (Publication.Completion partition : publication.completions()) {
      sum += partition.integer("number");
    }
    publication.result("sum", sum);
  }
}

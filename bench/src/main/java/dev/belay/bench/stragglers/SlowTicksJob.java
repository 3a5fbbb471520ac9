package dev.belay.bench.stragglers;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As {@link TicksJob}, but cannot be split, and the first attempt at the first partition is twenty
 * times as slow as it should be: as on a machine that is not well.
 */
public final class SlowTicksJob implements Job {
  static final String NAME = "bench-slow-ticks";
  static final String MARK = "mark";
  private static final int SLOW = 20;

  private final TicksJob ticks = new TicksJob();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "partitions that take a given time, one of them on a slow machine, for measuring";
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> all = new ArrayList<>(ticks.parameters());
    all.add(ParameterSpec.path(MARK, "a file that the first, slow attempt makes"));
    return all;
  }

  @Override
  public void plan(Planning planning) {
    ticks.plan(planning);
  }

  @Override
  public void run(Task task) throws Exception {
    boolean slow = task.partition() == 0 && isFirst(task.parameters().path(MARK));
    TicksJob.run(task, task.split(TicksJob.Ticks.class), slow ? SLOW : 1);
  }

  private static boolean isFirst(Path mark) throws Exception {
    try {
      Files.createFile(mark);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void publish(Publication publication) {
    ticks.publish(publication);
  }
}

package dev.belay.jobs.e2e;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Two partitions: the one needs much memory at the end, the other goes on until a file appears. */
public final class HungryJob implements Job {
  static final int MEBIBYTES = 400;
  private static final long STEPS = 1_000;

  /** How far it has come. */
  public static final class Steps {
    long done;
  }

  @Override
  public String name() {
    return "hungry";
  }

  @Override
  public String description() {
    return "needs memory";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.path("gate", "ends the other partition"));
  }

  @Override
  public void plan(Planning planning) {
    planning.add(0L, 1);
    planning.add(1L, 1);
  }

  @Override
  public void run(Task task) {
    Path gate = task.parameters().path("gate");
    boolean hungry = task.split(Long.class) == 0;
    Steps steps = task.state(Steps.class, Steps::new);
    while (hungry ? steps.done < STEPS : !Files.exists(gate)) {
      steps.done++;
      task.checkpoint(steps);
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
    }
    task.result("steps", hungry ? STEPS * new byte[MEBIBYTES << 20].length : 1);
  }

  @Override
  public void publish(Publication publication) {
    publication.result("partitions", 2);
  }
}

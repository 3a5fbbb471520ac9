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
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose first attempt hangs, deaf to interrupts, and whose next one does not. */
public final class HangingJob implements Job {
  private static final Logger log = LoggerFactory.getLogger(HangingJob.class);

  /** How far it has come. */
  public static final class Steps {
    long done;
  }

  @Override
  public String name() {
    return "hanging";
  }

  @Override
  public String description() {
    return "hangs once";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.path("hung", "made by the attempt that hangs"));
  }

  @Override
  public void plan(Planning planning) {
    planning.add(0L, 1);
  }

  @Override
  public void run(Task task) throws IOException {
    Steps steps = task.state(Steps.class, Steps::new);
    Path hung = task.parameters().path("hung");
    while (steps.done < 1_000) {
      steps.done++;
      task.checkpoint(steps);
    }
    log.info("about to look at {}", hung);
    try {
      Files.createFile(hung);
      hang();
    } catch (FileAlreadyExistsException e) {
      task.result("steps", steps.done);
    }
  }

  private static void hang() {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        log.info("interrupted, and deaf");
      }
    }
  }

  @Override
  public void publish(Publication publication) {
    publication.result("steps", publication.completions().iterator().next().integer("steps"));
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Task;
import java.util.List;

/** A job on the tests' class path, with a parameter of each kind. */
public final class EchoJob implements Job {
  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String description() {
    return "says its words";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.text("words", "what to say"),
        ParameterSpec.number("times", "how often", 1, 100).orElse("1"),
        ParameterSpec.path("output", "where to").orElse("/tmp/echo"));
  }

  @Override
  public void check(Parameters parameters) {
    if (parameters.text("words").equals("missing.txt")) {
      throw new BadInputException("missing.txt does not exist; name a file that does");
    }
  }

  @Override
  public List<String> outputs(Parameters parameters) {
    return List.of(parameters.text("output"));
  }

  @Override
  public void plan(Planning planning) {
    planning.add("all", 1);
  }

  @Override
  public void run(Task task) {
    task.result("words", task.parameters().text("words"));
  }
}

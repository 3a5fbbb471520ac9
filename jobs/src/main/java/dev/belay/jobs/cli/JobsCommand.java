package dev.belay.jobs.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What can be submitted. */
@Command(
    name = "jobs",
    description = {
      "Lists the jobs that can be submitted, with their parameters.",
      "The ready-made ones, and your own from the jars on BELAY_CLASSPATH."
    },
    footer = {"", "Examples:", "  belay jobs", "  BELAY_CLASSPATH=my-jobs.jar belay jobs --json"})
final class JobsCommand implements Callable<Integer> {
  @Mixin StandardOptions standard;

  private final Output output;

  JobsCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobCatalog catalog = JobCatalog.load();
    if (output.json()) {
      output.document(json -> write(json, catalog));
    } else {
      catalog.all().forEach(this::print);
    }
    return ExitCode.DONE;
  }

  private void print(Job job) {
    output.line(job.name() + ": " + job.description());
    for (ParameterSpec parameter : job.parameters()) {
      String fallback = parameter.required() ? "" : " (default: " + parameter.fallback() + ")";
      output.line(
          "  -p "
              + parameter.name()
              + "="
              + parameter.type()
              + "  "
              + parameter.description()
              + fallback);
    }
  }

  private static void write(JsonGenerator json, JobCatalog catalog) throws IOException {
    json.writeStartArray();
    for (Job job : catalog.all()) {
      json.writeStartObject();
      json.writeStringField("job", job.name());
      json.writeStringField("description", job.description());
      json.writeArrayFieldStart("parameters");
      for (ParameterSpec parameter : job.parameters()) {
        json.writeStartObject();
        json.writeStringField("name", parameter.name());
        json.writeStringField("type", parameter.type().name().toLowerCase(Locale.ROOT));
        json.writeStringField("description", parameter.description());
        json.writeBooleanField("required", parameter.required());
        json.writeStringField("default", parameter.fallback());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}

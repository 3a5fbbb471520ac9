package dev.belay.jobs.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.jobs.simulation.Outcome;
import dev.belay.jobs.simulation.Soak;
import java.io.IOException;
import java.util.Map;

/** What simulations came to, as JSON. */
final class SimulateDocuments {
  private SimulateDocuments() {}

  static void outcome(JsonGenerator json, Outcome outcome) throws IOException {
    json.writeStartObject();
    fields(json, outcome);
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, Outcome outcome) throws IOException {
    json.writeNumberField("seed", outcome.seed());
    json.writeBooleanField("passed", outcome.passed());
    json.writeStringField("trace", outcome.hashText());
    json.writeNumberField("virtualMillis", outcome.millis());
    json.writeNumberField("events", outcome.events());
    counts(json, outcome.injected().byKind());
    if (outcome.failure() == null) {
      json.writeNullField("failure");
    } else {
      json.writeStringField("failure", String.valueOf(outcome.failure()));
      json.writeStringField("options", outcome.options().text());
      json.writeStringField("replay", outcome.replay());
      json.writeArrayFieldStart("last");
      for (String line : outcome.last()) {
        json.writeString(line);
      }
      json.writeEndArray();
    }
  }

  static void summary(JsonGenerator json, Soak.Summary summary, double seconds) throws IOException {
    json.writeStartObject();
    json.writeNumberField("passed", summary.passed());
    json.writeNumberField("seconds", Math.round(seconds * 1_000) / 1e3);
    json.writeNumberField("virtualMillis", summary.millis());
    json.writeNumberField("events", summary.events());
    counts(json, summary.injected().byKind());
    if (summary.failure() == null) {
      json.writeNullField("failed");
    } else {
      json.writeFieldName("failed");
      outcome(json, summary.failure());
    }
    json.writeEndObject();
  }

  private static void counts(JsonGenerator json, Map<String, Long> counts) throws IOException {
    json.writeObjectFieldStart("injected");
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }
}

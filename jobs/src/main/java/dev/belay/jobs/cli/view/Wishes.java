package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Placement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where and when a job is to run, as it was submitted. */
final class Wishes {
  private Wishes() {}

  /** For people: what is not as it is by default; empty if everything is. */
  static String text(JobSpec spec) {
    List<String> parts = new ArrayList<>();
    if (spec.getPlacement() != Placement.PLACEMENT_SPREAD) {
      parts.add(name(spec.getPlacement()));
    }
    if (spec.getPriority() != 0) {
      parts.add("priority " + spec.getPriority());
    }
    if (spec.getMaxRunning() != 0) {
      parts.add("at most " + Integer.toUnsignedString(spec.getMaxRunning()) + " running");
    }
    spec.getRequireList()
        .forEach(label -> parts.add("requires " + label.getKey() + "=" + label.getValue()));
    if (spec.getAfterCount() > 0) {
      parts.add("after " + String.join(", ", spec.getAfterList()));
    }
    return String.join(", ", parts);
  }

  static void fields(JsonGenerator json, JobSpec spec) throws IOException {
    json.writeNumberField("priority", spec.getPriority());
    json.writeStringField("placement", name(spec.getPlacement()));
    labels(json, "require", spec.getRequireList());
    if (spec.getMaxRunning() == 0) {
      json.writeNullField("maxRunning");
    } else {
      json.writeNumberField("maxRunning", Integer.toUnsignedLong(spec.getMaxRunning()));
    }
    json.writeArrayFieldStart("after");
    for (String job : spec.getAfterList()) {
      json.writeString(job);
    }
    json.writeEndArray();
  }

  /** As an object of texts. */
  static void labels(JsonGenerator json, String field, List<Label> labels) throws IOException {
    json.writeObjectFieldStart(field);
    for (Label label : labels) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
  }

  private static String name(Placement placement) {
    return placement.name().replace("PLACEMENT_", "").toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

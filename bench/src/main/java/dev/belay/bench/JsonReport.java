package dev.belay.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.bench.Findings.Finding;
import dev.belay.bench.report.Machine;
import dev.belay.bench.report.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings for programs: one document, the rows of tables as objects, times in nanoseconds. */
final class JsonReport {
  private JsonReport() {}

  static void write(Findings findings, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      write(findings, json);
    }
  }

  static void write(Findings findings, PrintStream out) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.useDefaultPrettyPrinter();
    write(findings, json);
    json.flush();
    out.println();
    out.flush();
  }

  private static void write(Findings findings, JsonGenerator json) throws IOException {
    json.writeStartObject();
    machine(findings.machine(), json);
    profile(findings.conditions().profile(), json);
    json.writeNumberField("seed", findings.conditions().seed());
    json.writeArrayFieldStart("benchmarks");
    for (Finding finding : findings.findings()) {
      finding(finding, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void machine(Machine machine, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("machine");
    json.writeNumberField("cores", machine.cores());
    json.writeNumberField("memoryBytes", machine.memoryBytes());
    json.writeStringField("os", machine.os());
    json.writeStringField("jdk", machine.jdk());
    json.writeNumberField("load", machine.load());
    json.writeStringField("fileSystem", machine.fileSystem());
    json.writeEndObject();
  }

  private static void profile(Profile profile, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("profile");
    json.writeStringField("name", profile.name());
    json.writeNumberField("rounds", profile.rounds());
    json.writeNumberField("warmups", profile.warmups());
    json.writeNumberField("iterations", profile.iterations());
    json.writeNumberField("iterationMillis", profile.iterationMillis());
    json.writeEndObject();
  }

  private static void finding(Finding finding, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", finding.benchmark().name());
    json.writeNumberField("seconds", finding.seconds());
    json.writeStringField("failure", finding.failure());
    json.writeArrayFieldStart("tables");
    for (Table table : finding.tables()) {
      table(table, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void table(Table table, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("title", table.title());
    json.writeArrayFieldStart("rows");
    for (List<@Nullable Object> row : table.rows()) {
      json.writeStartObject();
      for (int i = 0; i < row.size(); i++) {
        json.writeFieldName(table.columns().get(i).key());
        value(row.get(i), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void value(@Nullable Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      json.writeNumber(number.doubleValue());
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else {
      json.writeString(value.toString().strip());
    }
  }
}

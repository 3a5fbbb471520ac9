package dev.belay.jobs.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.Table;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.jobs.simulation.Soak.Seeds;
import dev.belay.jobs.simulation.health.Ailment;
import dev.belay.jobs.simulation.health.Prognosis;
import dev.belay.jobs.simulation.health.Prognosis.Quality;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** How well the coordinator foresees the deaths of workers, over clusters drawn from seeds. */
record Predictions(int clusters, Quality quality) {
  static final Seeds SEEDS = new Seeds(1, 20);

  private static final int WORKERS = 40;
  private static final long MILLIS = 600_000;

  /**
   * @param enough asked before each cluster but the first
   */
  static Predictions measure(Seeds seeds, BooleanSupplier enough) {
    Quality all = Prognosis.measure(seeds.first(), WORKERS, MILLIS);
    int clusters = 1;
    for (long seed = seeds.first() + 1; seed <= seeds.last() && !enough.getAsBoolean(); seed++) {
      all = all.plus(Prognosis.measure(seed, WORKERS, MILLIS));
      clusters++;
    }
    return new Predictions(clusters, all);
  }

  Table table() {
    Table table =
        new Table(
            Column.text("WORKERS THAT ARE"),
            Column.number("CAUGHT"),
            Column.number("MISSED"),
            Column.number("FALSE ALARMS"),
            Column.number("LEAD, LEAST"),
            Column.number("MEDIAN"));
    for (Ailment ailment : Ailment.values()) {
      List<Long> leads =
          quality.leads().getOrDefault(ailment, List.of()).stream().sorted().toList();
      boolean seen = ailment.deadly && ailment.foreseeable;
      table.row(
          ailment.text,
          seen ? leads.size() : "-",
          seen ? quality.missedBy().getOrDefault(ailment, 0) : "-",
          ailment.deadly ? "-" : quality.alarmsBy().getOrDefault(ailment, 0),
          lead(leads, 0),
          lead(leads, 0.5));
    }
    return table;
  }

  List<String> lines() {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d clusters of %d workers for %s, %.0f worker-hours: of %d deaths with signs %d were"
                + " known %s before or earlier (%.0f %%), %d missed; %d of %d alarms were false.",
            clusters,
            WORKERS,
            Human.duration(MILLIS),
            quality.hours(),
            quality.caught() + quality.missed(),
            quality.caught(),
            Human.duration(Prognosis.WARNING_MILLIS),
            100 * quality.recall(),
            quality.missed(),
            quality.falseAlarms(),
            quality.caught() + quality.falseAlarms()),
        String.format(
            Locale.ROOT,
            "Known before: %s at least, %s in the median. %d deaths had no signs.",
            lead(quality.allLeads(), 0),
            lead(quality.allLeads(), 0.5),
            quality.sudden()));
  }

  private static String lead(List<Long> sorted, double share) {
    return sorted.isEmpty() ? "-" : Human.duration(quantile(sorted, share));
  }

  private static long quantile(List<Long> sorted, double share) {
    return sorted.get((int) Math.floor(share * (sorted.size() - 1)));
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("clusters", clusters);
    json.writeNumberField("workerHours", Math.round(quality.hours() * 100) / 100.0);
    json.writeNumberField("caught", quality.caught());
    json.writeNumberField("missed", quality.missed());
    json.writeNumberField("withoutSigns", quality.sudden());
    json.writeNumberField("falseAlarms", quality.falseAlarms());
    json.writeNumberField("lived", quality.living());
    lead(json, "leadLeastMillis", 0);
    lead(json, "leadMedianMillis", 0.5);
    json.writeObjectFieldStart("missedBy");
    for (Ailment ailment : foreseeable()) {
      json.writeNumberField(ailment.name(), quality.missedBy().getOrDefault(ailment, 0));
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static List<Ailment> foreseeable() {
    return Arrays.stream(Ailment.values())
        .filter(ailment -> ailment.deadly && ailment.foreseeable)
        .toList();
  }

  private void lead(JsonGenerator json, String name, double share) throws IOException {
    if (quality.allLeads().isEmpty()) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, quantile(quality.allLeads(), share));
    }
  }
}

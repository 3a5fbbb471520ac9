package dev.belay.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> ran = new ArrayList<>();
  private final List<Conditions> given = new ArrayList<>();

  /** One that only notes that it was run. */
  private final class Noted implements Benchmark {
    private final String name;

    Noted(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "measures " + name;
    }

    @Override
    public Duration expected(Conditions conditions) {
      return Duration.ofSeconds(3);
    }

    @Override
    public List<Table> run(Conditions conditions, Progress progress) throws IOException {
      given.add(conditions);
      if (name.equals("broken")) {
        throw new IOException("no luck");
      }
      ran.add(name);
      progress.at("half-way");
      return List.of(
          Table.titled("Table of " + name)
              .column("nanos", "time", Format.NANOS)
              .column("share", "share", Format.RATIO)
              .row(12.5, null)
              .build());
    }
  }

  private int run(String... arguments) {
    Catalogue catalogue =
        new Catalogue(
            List.of(
                new Noted("safepoint"),
                new Noted("checkpoint.stall"),
                new Noted("checkpoint.write"),
                new Noted("broken"),
                new Noted("journal")));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", directory.toString()));
    return new BenchCommand(catalogue, stream(out), stream(err)).run(all.toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  @Test
  void namesSelectAndGroupsToo() {
    assertThat(run("journal", "checkpoint")).isZero();

    assertThat(ran).containsExactly("checkpoint.stall", "checkpoint.write", "journal");
    assertThat(out()).contains("Table of journal").contains("12.5 ns").contains("cores");
    assertThat(err()).contains("3 benchmarks, about 9 s").contains("half-way");
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromIt() {
    assertThat(run()).isEqualTo(1);

    assertThat(ran).hasSize(4);
    assertThat(out()).contains("broken failed: no luck");
  }

  @Test
  void anUnknownNameIsWrongUsageAndNothingRuns() {
    assertThat(run("journal", "jurnal")).isEqualTo(2);

    assertThat(ran).isEmpty();
    assertThat(err())
        .contains("no benchmark \"jurnal\"")
        .contains("checkpoint.write")
        .hasLineCount(1);
  }

  @Test
  void anUnknownOptionIsWrongUsage() {
    assertThat(run("--fast")).isEqualTo(2);

    assertThat(err()).contains("--fast").contains("--help").hasLineCount(1);
  }

  @Test
  void malformedValuesAreWrongUsage() {
    assertThat(run("journal", "--stall", "soon")).isEqualTo(2);
    assertThat(run("journal", "--kills", "0")).isEqualTo(2);
    assertThat(run("journal", "--seconds", "0")).isEqualTo(2);

    assertThat(ran).isEmpty();
    assertThat(err()).hasLineCount(3);
  }

  @Test
  void helpHasExamplesAndHidesTheSmoke() {
    assertThat(run("--help")).isZero();

    assertThat(out()).contains("Examples:").contains("--full").doesNotContain("--smoke");
  }

  @Test
  void theListNamesAll() {
    assertThat(run("--list")).isZero();

    assertThat(out()).contains("safepoint").contains("measures journal").contains("3 s");
    assertThat(ran).isEmpty();
  }

  @Test
  void jsonBeforeANameGoesToStandardOutputAlone() {
    assertThat(run("--json", "journal")).isZero();

    assertThat(ran).containsExactly("journal");
    assertThat(out())
        .startsWith("{")
        .endsWith("}\n")
        .contains("\"nanos\" : 12.5")
        .contains("\"share\" : null")
        .contains("\"cores\"");
    assertThat(err()).contains("Table of journal");
  }

  @Test
  void jsonIntoAFile() throws IOException {
    Path file = directory.resolve("figures.json");

    assertThat(run("journal", "--json", file.toString(), "--seed", "7")).isZero();

    assertThat(Files.readString(file)).contains("\"nanos\" : 12.5").contains("\"seed\" : 7");
    assertThat(out()).contains("Table of journal").doesNotContain("{");
  }

  @Test
  void conditionsAreAsGiven() {
    run("journal", "--full", "--kills", "3", "--stall", "1s", "--intervals", "10s,auto");

    Conditions conditions = given.get(0);
    assertThat(conditions.profile()).isEqualTo(Profile.FULL);
    assertThat(conditions.kills()).isEqualTo(3);
    assertThat(conditions.interval().stall()).isEqualTo(Duration.ofSeconds(1));
    assertThat(conditions.interval().intervals())
        .containsExactly(Duration.ofSeconds(10), Duration.ZERO);
  }

  @Test
  void nothingIsLeftInTheDirectory() throws IOException {
    run("journal");

    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}

package dev.belay.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.belay.bench.interval.IntervalQuestion;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line: what to measure, how long, and where the figures go. */
@Command(
    name = "belay bench",
    sortOptions = false,
    description = {
      "Measures Belay on this machine. Without a name, all that 'belay bench --list' shows, one"
          + " after the other; figures are worth most when nothing else runs."
    },
    footer = {
      "",
      "Examples:",
      "  belay bench                              everything, quickly",
      "  belay bench safepoint journal            these two",
      "  belay bench checkpoint --full            a whole group, longer, with larger states",
      "  belay bench recovery --kills 20          with real processes and real SIGKILL",
      "  belay bench interval --stall 1s --mtbf 6h --intervals 10s,1m,auto",
      "  belay bench --json figures.json          the tables, and the figures in a file"
    })
final class BenchCommand implements Callable<Integer> {
  /** Standard output, as the place of the document. */
  private static final Path STANDARD_OUTPUT = Path.of("-");

  private static final int MOST_KILLS = 10_000;
  private static final int MOST_PARTITIONS = 1_000_000;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "What to measure; a group's name takes all of it.")
  List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Lists what can be measured.")
  boolean list;

  @Option(names = "--full", description = "Longer runs, more rounds, states of 512 MB.")
  boolean full;

  @Option(names = "--smoke", hidden = true, description = "One tiny iteration of everything.")
  boolean smoke;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      arity = "0..1",
      parameterConsumer = FileUnlessName.class,
      description = "One JSON document to FILE; without FILE to standard output, and nothing else.")
  @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to write what is measured, on the disk that matters (default: ~/.belay/bench)."
              + " Emptied of its own files at the end.")
  @Nullable Path directory;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "recovery, control: how often each happens (default: ${DEFAULT-VALUE}).")
  int kills = 10;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "throughput: how many (default: 200,000, with --full 1,000,000).")
  int partitions;

  @Option(names = "--seed", paramLabel = "N", description = "recovery: of what is random.")
  @Nullable Long seed;

  @Option(
      names = "--stall",
      paramLabel = "TIME",
      description = "interval: of one checkpoint (default: ${DEFAULT-VALUE}).")
  String stall = "20ms";

  @Option(
      names = "--mtbf",
      paramLabel = "TIME",
      description = "interval: mean time between failures (default: ${DEFAULT-VALUE}).")
  String meanTimeBetweenFailures = "1h";

  @Option(
      names = "--recovery",
      paramLabel = "TIME",
      description = "interval: from a failure to work going on (default: ${DEFAULT-VALUE}).")
  String recovery = "1s";

  @Option(
      names = "--intervals",
      paramLabel = "TIME,...",
      split = ",",
      description = "interval: to look at, or auto (default: 100ms,1s,auto).")
  List<String> intervals = List.of("100ms", "1s", "auto");

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "interval: of each measurement (default: ${DEFAULT-VALUE}).")
  int seconds = 12;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  boolean help;

  private final Catalogue catalogue;
  private final PrintStream out;
  private final PrintStream err;

  BenchCommand(Catalogue catalogue, PrintStream out, PrintStream err) {
    this.catalogue = catalogue;
    this.out = out;
    this.err = err;
  }

  /** What follows --json is its file, unless it is a benchmark's name or another option. */
  static final class FileUnlessName implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      BenchCommand own = (BenchCommand) command.userObject();
      boolean file =
          !words.isEmpty() && !words.peek().startsWith("-") && !own.catalogue.knows(words.peek());
      option.setValue(file ? Path.of(words.pop()) : STANDARD_OUTPUT);
    }
  }

  /**
   * Runs the command.
   *
   * @return the exit code
   */
  int run(String... arguments) {
    CommandLine line = new CommandLine(this);
    line.setOut(writer(out)).setErr(writer(err));
    line.setParameterExceptionHandler(
        (e, unused) -> {
          err.println("belay: " + e.getMessage() + "; see 'belay bench --help'");
          return 2;
        });
    line.setExecutionExceptionHandler(
        (e, unused, parsed) -> {
          boolean usage = e instanceof IllegalArgumentException;
          err.println("belay: " + e.getMessage());
          return usage ? 2 : 1;
        });
    return line.execute(arguments);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }

  @Override
  public Integer call() throws Exception {
    List<Benchmark> selected = catalogue.select(names);
    Path parent = directory != null ? directory : home();
    Path file = json == null || json.equals(STANDARD_OUTPUT) ? null : json;
    boolean document = STANDARD_OUTPUT.equals(json);
    Screen screen = new Screen(document ? err : out, err, terminal());
    if (list) {
      screen.list(selected, conditions(parent));
      return 0;
    }
    try (WorkDirectory work = WorkDirectory.below(parent.toAbsolutePath().normalize())) {
      Session session = new Session(screen, conditions(work.path()));
      Findings findings = session.run(selected);
      if (file != null) {
        JsonReport.write(findings, file);
      } else if (document) {
        JsonReport.write(findings, out);
      }
      return findings.complete() ? 0 : 1;
    }
  }

  private static boolean terminal() {
    return System.getProperty("belay.tty", "").contains("2");
  }

  private static Path home() throws IOException {
    return Path.of(System.getProperty("user.home"), ".belay", "bench");
  }

  private Conditions conditions(Path path) {
    if (kills < 1 || kills > MOST_KILLS) {
      throw new IllegalArgumentException("--kills " + kills + " is not within 1 to " + MOST_KILLS);
    }
    if (partitions < 0 || partitions > MOST_PARTITIONS) {
      throw new IllegalArgumentException(
          "--partitions " + partitions + " is not within 1 to " + MOST_PARTITIONS);
    }
    Profile profile = smoke ? Profile.SMOKE : full ? Profile.FULL : Profile.QUICK;
    long drawn = seed != null ? seed : new SecureRandom().nextInt(1_000_000);
    return new Conditions(profile, path, kills, partitions, drawn, question());
  }

  private IntervalQuestion question() {
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds " + seconds + " is below 1");
    }
    return new IntervalQuestion(
        Durations.parse(stall),
        Durations.parse(meanTimeBetweenFailures),
        Durations.parse(recovery),
        intervals.stream().map(Durations::parseInterval).toList(),
        Duration.ofSeconds(seconds));
  }
}

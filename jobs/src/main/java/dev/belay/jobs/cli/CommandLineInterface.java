package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The whole command as a function from arguments to an exit code. Assembles the subcommands and
 * turns what goes wrong in them into one line.
 */
public final class CommandLineInterface {
  private static final String JSON = "--json";
  private static final String END_OF_OPTIONS = "--";

  private final OutputStream out;
  private final PrintStream err;
  private final Terminal terminal;

  public CommandLineInterface(OutputStream out, PrintStream err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** Does what the arguments say. */
  public int run(String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    Output output = new Output(out, charset(), err, terminal, takeJson(words));
    return output.finish(commandLine(output).execute(words.toArray(String[]::new)));
  }

  /** {@code --json} may stand anywhere, and counts too when the rest cannot be parsed. */
  private static boolean takeJson(List<String> words) {
    int end = words.indexOf(END_OF_OPTIONS);
    List<String> options = end < 0 ? words : words.subList(0, end);
    return options.removeIf(JSON::equals);
  }

  private CommandLine commandLine(Output output) {
    CommandLine line = new CommandLine(new BelayCommand());
    line.addSubcommand(new DemoCommand(output))
        .addSubcommand(new RunCommand(output))
        .addSubcommand(new CoordinatorCommand(output))
        .addSubcommand(new MinioCommand(output))
        .addSubcommand(new WorkerCommand(output))
        .addSubcommand(new SubmitCommand(output))
        .addSubcommand(new ListCommand(output))
        .addSubcommand(new DescribeCommand(output))
        .addSubcommand(new WatchCommand(output))
        .addSubcommand(new PauseCommand(output))
        .addSubcommand(new ResumeCommand(output))
        .addSubcommand(new StopCommand(output))
        .addSubcommand(new CancelCommand(output))
        .addSubcommand(new RetryCommand(output))
        .addSubcommand(new RestartCommand(output))
        .addSubcommand(new WorkersCommand(output))
        .addSubcommand(new ClusterCommand(output))
        .addSubcommand(new DrainCommand(output))
        .addSubcommand(checkpoints(output))
        .addSubcommand(new JobsCommand(output))
        .addSubcommand(new SimulateCommand(output))
        .addSubcommand(new BenchCommand());
    line.setExpandAtFiles(false);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(terminal.out() ? Math.max(55, Math.min(100, terminal.columns())) : 80);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.out() && terminal.colours() ? Ansi.ON : Ansi.OFF));
    line.setExecutionStrategy(parsed -> execute(output, parsed));
    line.setParameterExceptionHandler(wrongUsage(output));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(output, e));
    return line;
  }

  private static CommandLine checkpoints(Output output) {
    return new CommandLine(new CheckpointsCommand())
        .addSubcommand(new CheckpointsListCommand(output))
        .addSubcommand(new CheckpointsInspectCommand(output))
        .addSubcommand(new CheckpointsVerifyCommand(output))
        .addSubcommand(new CheckpointsRestoreCommand(output))
        .addSubcommand(new CheckpointsExportCommand(output))
        .addSubcommand(new CheckpointsGcCommand(output));
  }

  /** Help and the version are results, too, and documents with {@code --json}. */
  private static int execute(Output output, ParseResult parsed) {
    for (CommandLine command : parsed.asCommandLineList()) {
      if (command.isUsageHelpRequested()) {
        print(output, "usage", command.getUsageMessage(command.getColorScheme()));
        return ExitCode.DONE;
      }
      if (command.isVersionHelpRequested()) {
        print(output, "version", Version.text());
        return ExitCode.DONE;
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void print(Output output, String field, String text) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField(field, text);
            json.writeEndObject();
          });
    } else {
      String shown = field.equals("version") ? "belay " + text : text.stripTrailing();
      shown.lines().forEach(output::line);
    }
  }

  private static IParameterExceptionHandler wrongUsage(Output output) {
    return (e, args) -> {
      output.error(
          explained(e)
              + "; try '"
              + e.getCommandLine().getCommandSpec().qualifiedName()
              + " --help'");
      return ExitCode.USAGE;
    };
  }

  private static String explained(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String what = unmatched.getUnmatched().get(0);
      boolean command =
          !unmatched.isUnknownOption() && !e.getCommandLine().getSubcommands().isEmpty();
      String kind = unmatched.isUnknownOption() ? "option" : command ? "command" : "argument";
      List<String> near = unmatched.getSuggestions();
      String suggestion =
          near.isEmpty()
              ? ""
              : " (did you mean '"
                  + String.join("' or '", near.subList(0, Math.min(2, near.size())))
                  + "'?)";
      return "unknown " + kind + " '" + what + "'" + suggestion;
    }
    String message =
        String.valueOf(e.getMessage()).replaceAll(" is not an? (int|long)$", " is no whole number");
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static int failed(Output output, Exception e) {
    if (e instanceof CliException known) {
      output.error(String.valueOf(known.getMessage()));
      LoggerFactory.getLogger(CommandLineInterface.class).debug("failed", known);
      return known.exitCode();
    }
    LoggerFactory.getLogger(CommandLineInterface.class).error("unexpected", e);
    output.error("unexpected error: " + e + " (please report it)");
    return ExitCode.FAILED;
  }

  /** As the terminal has it; the JDK knows since 19 only. */
  private static Charset charset() {
    String named = System.getProperty("stdout.encoding", System.getProperty("sun.jnu.encoding"));
    try {
      return named == null ? Charset.defaultCharset() : Charset.forName(named);
    } catch (IllegalArgumentException e) {
      return Charset.defaultCharset();
    }
  }
}

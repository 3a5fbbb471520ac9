package dev.belay.jobs.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.PlainProgress;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.jobs.cli.view.Table;
import dev.belay.jobs.cli.view.Terminal;
import dev.belay.jobs.cli.view.TerminalProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's words go. Results to standard output: lines for people or, with {@code --json},
 * one document and nothing else. Everything that is said on the way to standard error.
 *
 * <p>A reader who has seen enough and left ({@code | head}) is no error; a result that could not be
 * written is.
 */
public final class Output {
  private final OutputStream out;
  private final Charset charset;
  private final PrintStream err;
  private final Terminal terminal;
  private final boolean json;
  private boolean documentWritten;
  private @Nullable IOException failure;

  /** Writes JSON, its fields in a fixed order. */
  @FunctionalInterface
  public interface Document {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * Over streams that the caller keeps.
   *
   * @param charset how lines for people are written; JSON is always UTF-8
   */
  public Output(
      OutputStream out, Charset charset, PrintStream err, Terminal terminal, boolean json) {
    this.out = out;
    this.charset = charset;
    this.err = err;
    this.terminal = terminal;
    this.json = json;
  }

  public boolean json() {
    return json;
  }

  public Terminal terminal() {
    return terminal;
  }

  /** A line of the result, for people. Call it only without {@code --json}. */
  public synchronized void line(String line) {
    if (json) {
      throw new IllegalStateException("with --json, standard output is for the document alone");
    }
    write((line + System.lineSeparator()).getBytes(charset));
  }

  public void table(Table table) {
    table.lines(terminal.out() ? terminal.columns() : 0).forEach(this::line);
  }

  /** The result, for programs. At most one a command. */
  public synchronized void document(Document document) {
    if (!json || documentWritten) {
      throw new IllegalStateException("one document, and only with --json");
    }
    documentWritten = true;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(bytes)) {
      generator.setPrettyPrinter(layout());
      document.writeTo(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    write(bytes.toByteArray());
  }

  /**
   * How a job comes along, for people: on standard error. Close it before anything else is said.
   */
  public ProgressView progress() {
    LongSupplier millis = () -> System.nanoTime() / 1_000_000;
    return terminal.err()
        ? new TerminalProgress(err, terminal, millis)
        : new PlainProgress(line -> say("belay: " + line), millis);
  }

  /** Something on the way, for people. */
  public void say(String line) {
    err.println(line);
    err.flush();
  }

  /** Draws the last line of a terminal's standard error anew; empty: takes it away. */
  public void redraw(String line) {
    err.print("\r\u001b[K" + line);
    err.flush();
  }

  /** Why the command cannot go on. */
  public synchronized void error(String message) {
    String line = Human.line(message);
    say("belay: " + line);
    if (json && !documentWritten) {
      document(
          generator -> {
            generator.writeStartObject();
            generator.writeStringField("error", line);
            generator.writeEndObject();
          });
    }
  }

  /** Whether the reader of standard output has gone. */
  public synchronized boolean readerGone() {
    return failure != null;
  }

  /**
   * To be called last.
   *
   * @return the exit code: the given one, unless the result could not be written
   */
  public synchronized int finish(int exitCode) {
    IOException failed = failure;
    if (failed == null || isBrokenPipe(failed)) {
      return exitCode;
    }
    say("belay: cannot write to standard output: " + failed.getMessage());
    return exitCode == ExitCode.DONE ? ExitCode.FAILED : exitCode;
  }

  private void write(byte[] bytes) {
    if (failure != null) {
      return;
    }
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      failure = e;
    }
  }

  private static boolean isBrokenPipe(IOException e) {
    return String.valueOf(e.getMessage()).contains("Broken pipe");
  }

  private static DefaultPrettyPrinter layout() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
        .withObjectIndenter(lines)
        .withArrayIndenter(lines);
  }
}

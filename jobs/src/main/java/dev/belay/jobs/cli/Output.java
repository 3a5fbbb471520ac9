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
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Arrays;
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
  private static final int STREAM_BYTES = 1 << 16;

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

  /** The result, for programs, written when it is complete. At most one a command. */
  public synchronized void document(Document document) {
    begin();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    generate(bytes, document);
    bytes.write('\n');
    write(bytes.toByteArray());
  }

  /**
   * As {@link #document}, but written as it comes, for documents that do not fit into memory. If
   * its source throws on the way, that is passed on, and the document is left open so that nobody
   * takes it for complete.
   */
  public synchronized void stream(Document document) {
    begin();
    try {
      generate(new BufferedOutputStream(new Result(), STREAM_BYTES), document);
      write(new byte[] {'\n'});
    } catch (UncheckedIOException e) {
      if (failure == null) {
        throw e;
      }
    }
  }

  private void begin() {
    if (!json || documentWritten) {
      throw new IllegalStateException("one document, and only with --json");
    }
    documentWritten = true;
  }

  private static void generate(OutputStream to, Document document) {
    try (JsonGenerator generator =
        new JsonFactory()
            .configure(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT, false)
            .createGenerator(to)) {
      generator.setPrettyPrinter(layout());
      document.writeTo(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Standard output; throws once its reader has gone, so that no more is fetched for nobody. */
  private final class Result extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      Output.this.write(Arrays.copyOfRange(bytes, from, from + length));
      if (failure != null) {
        throw failure;
      }
    }
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

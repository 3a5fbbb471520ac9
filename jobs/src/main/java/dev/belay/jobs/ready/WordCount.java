package dev.belay.jobs.ready;

import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.job.input.Blocks;
import dev.belay.runtime.job.input.Delimiters;
import dev.belay.runtime.job.input.FileRanges;
import dev.belay.runtime.job.input.FileSplitter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often each word occurs in all files below a directory. A word is as many ASCII letters in a
 * row as there are within one file, lower-cased; all other bytes only separate words.
 *
 * <p>A partition counts in a table, which it writes as a sorted segment at its end, and whenever it
 * has grown large: so neither memory nor checkpoints grow without bound. Publishing merges the
 * segments of all partitions.
 */
public final class WordCount implements SplittableJob<FileRanges, WordCounts> {
  static final String FILE = "wordcount.tsv";

  private static final String INPUT = "input";
  private static final String OUTPUT = "output";
  private static final String OVERWRITE = "overwrite";
  private static final String WORDS = "words";
  private static final String FILES = "files";
  private static final String SEGMENT = "counts";

  /** Fewer are read in the time that it takes to hand them over. */
  private static final long LEAST_CUT_BYTES = 4 << 20;

  private static final Delimiters NO_LETTERS = Delimiters.where(value -> !Words.isLetter(value));

  private final int spillBytes;
  private final long leastCutBytes;

  public WordCount() {
    this(WordCounts.USUAL_SPILL_BYTES, LEAST_CUT_BYTES);
  }

  /**
   * With limits of its own.
   *
   * @param spillBytes how large a partition's table may grow before it is written out
   * @param leastCutBytes how small a piece of a split may be
   */
  WordCount(int spillBytes, long leastCutBytes) {
    this.spillBytes = spillBytes;
    this.leastCutBytes = leastCutBytes;
  }

  @Override
  public String name() {
    return "wordcount";
  }

  @Override
  public String description() {
    return "counts the words of all files below a directory";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.path(INPUT, "a file, or a directory of files"),
        ParameterSpec.path(OUTPUT, "the directory that " + FILE + " is written to"),
        ParameterSpec.flag(OVERWRITE, "whether to replace an earlier output"));
  }

  @Override
  public void check(Parameters parameters) {
    OutputDirectory.check(
        parameters.path(OUTPUT), FILE, parameters.flag(OVERWRITE), parameters.path(INPUT));
  }

  @Override
  public List<String> outputs(Parameters parameters) {
    return List.of(OutputDirectory.canonical(parameters.path(OUTPUT)).toString());
  }

  @Override
  public void plan(Planning planning) throws IOException {
    FileSplitter.STANDARD.plan(planning.parameters().path(INPUT), planning);
  }

  @Override
  public void run(Task task) throws IOException {
    FileRanges split = task.split(FileRanges.class);
    long bytes = split.bytes();
    WordCounts counts = task.state(WordCounts.class, WordCounts::new);
    counts.index();
    try (Blocks blocks = Blocks.open(split, counts.position(), NO_LETTERS)) {
      while (blocks.next()) {
        counts.add(blocks.bytes(), blocks.from(), blocks.to(), blocks.position());
        if (counts.bytes() > spillBytes) {
          writeSegment(task, counts);
        }
        task.progress(counts.position(), bytes);
        task.checkpoint(counts);
      }
    }
    if (counts.bytes() > 0) {
      writeSegment(task, counts);
    }
    task.result(WORDS, counts.words());
    task.result(FILES, split.files());
  }

  @Override
  public Class<FileRanges> splitType() {
    return FileRanges.class;
  }

  @Override
  public Class<WordCounts> stateType() {
    return WordCounts.class;
  }

  @Override
  public Optional<Cut<FileRanges>> split(
      FileRanges split, @Nullable WordCounts counts, double fraction) {
    return split.cut(counts == null ? 0 : counts.position(), fraction, leastCutBytes);
  }

  @Override
  public Optional<Cut<FileRanges>> bisect(FileRanges split, @Nullable WordCounts counts) {
    return split.bisect(counts == null ? 0 : counts.position());
  }

  /** Moves the table to a segment. */
  private static void writeSegment(Task task, WordCounts counts) throws IOException {
    SegmentWriter segment = task.segment(SEGMENT);
    boolean written = false;
    try {
      CountsWriter writer = new CountsWriter(segment);
      counts.drainTo(writer);
      writer.flush();
      segment.close();
      written = true;
    } finally {
      if (!written) {
        segment.discard();
      }
    }
  }

  @Override
  public void publish(Publication publication) throws IOException {
    Path directory = OutputDirectory.canonical(publication.parameters().path(OUTPUT));
    boolean overwrite = publication.parameters().flag(OVERWRITE);
    long words = 0;
    long files = 0;
    long distinct;
    try (SortedRuns runs = new SortedRuns(SortedRuns.USUAL_OPEN_RUNS);
        OutputStream out = publication.output(directory, overwrite).create(FILE)) {
      for (Publication.Completion completion : publication.completions()) {
        words += completion.integer(WORDS);
        files += completion.integer(FILES);
        for (Publication.Completion.Segment segment : completion.segments()) {
          runs.add(segment.length(), () -> publication.open(segment));
        }
      }
      TextTable table = new TextTable(out);
      runs.mergeTo(table);
      table.flush();
      distinct = table.rows();
    }
    publication.result(WORDS, words);
    publication.result("distinct", distinct);
    publication.result(FILES, files);
    publication.result(OUTPUT, directory.resolve(FILE).toString());
  }
}

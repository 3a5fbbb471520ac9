package dev.belay.jobs.ready;

import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Publication;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the partitions left behind, and attempts to publish it. */
final class HarnessPublication {
  private final Parameters parameters;
  private final List<Publication.Completion> completions = new ArrayList<>();

  HarnessPublication(Parameters parameters) {
    this.parameters = parameters;
  }

  void add(HarnessTask.Done done) {
    List<Publication.Completion.Segment> segments = new ArrayList<>();
    for (HarnessTask.Segment segment : done.segments()) {
      segments.add(
          new Publication.Completion.Segment(
              segment.name(), segment.bytes().length, segment.bytes()));
    }
    completions.add(new Publication.Completion(done.partition(), done.results(), segments));
  }

  Attempt attempt() {
    return new Attempt();
  }

  /** One attempt: what it writes is seen once it is finished. */
  final class Attempt implements Publication {
    private final Map<String, Object> result = new LinkedHashMap<>();
    private final Map<Path, ByteArrayOutputStream> staged = new LinkedHashMap<>();
    private final List<Path> directories = new ArrayList<>();

    @Override
    public Parameters parameters() {
      return parameters;
    }

    @Override
    public Iterable<Completion> completions() {
      return completions;
    }

    @Override
    public InputStream open(Completion.Segment segment) {
      return new ByteArrayInputStream((byte[]) segment.reference());
    }

    @Override
    public Output output(Path directory, boolean overwrite) {
      directories.add(directory);
      return fileName -> {
        OutputStream stream = new ByteArrayOutputStream();
        staged.put(directory.resolve(fileName), (ByteArrayOutputStream) stream);
        return stream;
      };
    }

    @Override
    public void result(String name, long value) {
      result.put(name, value);
    }

    @Override
    public void result(String name, double value) {
      result.put(name, value);
    }

    @Override
    public void result(String name, String value) {
      result.put(name, value);
    }

    Map<String, Object> finish() throws IOException {
      for (Path directory : directories) {
        Files.createDirectories(directory);
      }
      for (Map.Entry<Path, ByteArrayOutputStream> file : staged.entrySet()) {
        Files.write(file.getKey(), file.getValue().toByteArray());
      }
      for (Path directory : directories) {
        Files.write(directory.resolve("_SUCCESS"), new byte[0]);
      }
      return result;
    }
  }
}

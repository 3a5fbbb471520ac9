package dev.belay.worker.task;

import com.google.protobuf.CodedOutputStream;
import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a job publishes, while it says so: results, and outputs that are staged beside their
 * targets. Ends as a {@link Manifest}, or leaves nothing behind. For one thread.
 */
final class StagedPublication implements Publication {
  private static final Logger log = LoggerFactory.getLogger(StagedPublication.class);

  /** A manifest travels in one message and is journaled. */
  private static final int MANIFEST_LIMIT_BYTES = 2 << 20;

  private final Lease lease;
  private final StagingName names;
  private final Parameters parameters;
  private final Completions completions;
  private final SegmentInput segments;
  private final Disk disk;
  private final Runnable check;
  private final SmallResult result = new SmallResult();
  private final Map<Path, StagedOutput> outputs = new LinkedHashMap<>();

  /**
   * @param check called now and then: throws if it must not go on
   */
  StagedPublication(
      Lease lease,
      StagingName names,
      Parameters parameters,
      Completions completions,
      SegmentInput segments,
      Disk disk,
      Runnable check) {
    this.lease = lease;
    this.names = names;
    this.parameters = parameters;
    this.completions = completions;
    this.segments = segments;
    this.disk = disk;
    this.check = check;
  }

  /** Reads a piece of output, verified. */
  interface SegmentInput {
    InputStream open(Segment segment) throws IOException;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Iterable<Completion> completions() {
    return completions;
  }

  @Override
  public InputStream open(Completion.Segment segment) throws IOException {
    check.run();
    if (segment.reference() instanceof Segment reference) {
      return segments.open(reference);
    }
    throw new IllegalArgumentException(segment + " does not come from completions()");
  }

  @Override
  public Output output(Path directory, boolean overwrite) throws IOException {
    check.run();
    Path path = directory.toAbsolutePath().normalize();
    for (StagedOutput other : outputs.values()) {
      if (other.overwrite() != overwrite) {
        throw new IllegalArgumentException(
            "the outputs of a job are overwritten all or none, and " + path + " differs");
      }
    }
    StagedOutput known = outputs.get(path);
    return known != null ? known : open(path, overwrite);
  }

  private StagedOutput open(Path directory, boolean overwrite) throws IOException {
    StagedOutput output =
        new StagedOutput(directory, names.in(directory, lease), overwrite, disk, check);
    outputs.put(directory, output);
    output.open(names, lease);
    return output;
  }

  @Override
  public void result(String name, long value) {
    result.set(name, value);
  }

  @Override
  public void result(String name, double value) {
    result.set(name, value);
  }

  @Override
  public void result(String name, String value) {
    result.set(name, value);
  }

  /** Once the job is through: everything staged is durable, markers included, and listed. */
  Manifest seal() throws IOException {
    Manifest.Builder manifest = Manifest.newBuilder().setResult(result.build());
    for (StagedOutput output : outputs.values()) {
      Path open = output.fileLeftOpen();
      if (open != null) {
        throw new IllegalStateException(
            "output file " + open.getFileName() + " was not closed before publish returned");
      }
      manifest.setOverwrite(output.overwrite());
      manifest.addAllFiles(output.files());
      manifest.addStagingDirectories(output.staging().toString());
    }
    for (StagedOutput output : outputs.values()) {
      manifest.addFiles(output.seal());
    }
    Manifest sealed = manifest.build();
    if (CodedOutputStream.computeMessageSizeNoTag(sealed) > MANIFEST_LIMIT_BYTES) {
      throw new BadInputException(
          "the job publishes "
              + sealed.getFilesCount()
              + " files, and their list is too long; write fewer, larger ones");
    }
    return sealed;
  }

  /** Removes what was staged; never throws, since a failure before this one matters more. */
  void abandon() {
    for (StagedOutput output : outputs.values()) {
      try {
        output.abandon();
      } catch (IOException e) {
        log.warn("{} could not be removed", output.staging(), e);
      }
    }
  }
}

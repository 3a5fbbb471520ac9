package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.Published;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishing: the job stages its output, the list of it is journaled, and only then moved into
 * place. An assignment that brings such a list prepares no other one: it carries that one out.
 *
 * <p>What is staged is removed if the job's code fails. Once the list has been reported it may be
 * journaled without our knowing, and then another attempt needs the files: from then on they are
 * removed only if the answer says that nobody does.
 */
final class PublishWork implements Work {
  private static final Logger log = LoggerFactory.getLogger(PublishWork.class);

  private final Assignment assignment;
  private final Job job;
  private final Control control;
  private final StagingName names;
  private final StagedPublication publication;
  private final Patience patience;
  private final Disk disk;
  private final Executor elsewhere;

  PublishWork(
      Assignment assignment,
      Job job,
      Control control,
      StagingName names,
      StagedPublication publication,
      Patience patience,
      Disk disk,
      Executor elsewhere) {
    this.assignment = assignment;
    this.job = job;
    this.control = control;
    this.names = names;
    this.publication = publication;
    this.patience = patience;
    this.disk = disk;
    this.elsewhere = elsewhere;
  }

  @Override
  public void run() throws Exception {
    control.checkOrRelease();
    control.tell(Report.newBuilder().setStarted(Started.getDefaultInstance()));
    Manifest manifest;
    if (assignment.hasManifest()) {
      manifest = assignment.getManifest();
      ManifestCheck.check(manifest, names);
    } else {
      manifest = prepare();
      report(manifest);
    }
    ManifestRun run = new ManifestRun(manifest, disk, control::check);
    try {
      carryOut(run, manifest);
    } catch (BadInputException e) {
      giveUp(run, e);
      return;
    }
    control.reportAndWait(Report.newBuilder().setPublished(Published.getDefaultInstance()));
  }

  private Manifest prepare() throws Exception {
    boolean staged = false;
    try {
      job.publish(publication);
      // What the job's code left of an interrupt would end our own writing.
      Thread.interrupted();
      control.checkOrRelease();
      Manifest manifest = publication.seal();
      staged = true;
      return manifest;
    } finally {
      if (!staged) {
        Thread.interrupted();
        publication.abandon();
      }
    }
  }

  /** The answer may come when the lease, and this thread with it, is long gone. */
  private void report(Manifest manifest) {
    CompletableFuture<Answer> answer =
        control.report(
            Report.newBuilder().setPrepared(Prepared.newBuilder().setManifest(manifest)));
    var unused =
        answer.thenAcceptAsync(
            heard -> {
              if (heard.getDiscard()) {
                publication.abandon();
              }
            },
            elsewhere);
    control.hear(control.await(answer));
    control.check();
  }

  private void carryOut(ManifestRun run, Manifest manifest) {
    while (true) {
      try {
        run.run();
        removeEarlier(manifest);
        patience.over();
        return;
      } catch (IOException e) {
        patience.waitAfter("the output cannot be moved into place: " + e);
      }
    }
  }

  private void removeEarlier(Manifest manifest) throws IOException {
    for (String staging : manifest.getStagingDirectoriesList()) {
      Path directory = Path.of(staging).getParent();
      if (directory != null) {
        StagedOutput.removeEarlier(directory, names, assignment.getLease().getEpoch(), disk);
      }
    }
  }

  /**
   * No try will succeed. When the failure counts, the output is free for others, so by then nothing
   * may be left that an earlier holder of the lease, cut off since, could still move there; and
   * only who holds the lease now may clear it away.
   */
  private void giveUp(ManifestRun run, BadInputException cause) {
    control.reportAndWait(Report.newBuilder().setStarted(Started.getDefaultInstance()));
    log.warn("{}: {}", assignment.getLease().getTask().getJob(), cause.getMessage());
    while (true) {
      try {
        run.removeStaging();
        break;
      } catch (IOException e) {
        patience.waitAfter("what was staged cannot be removed: " + e);
      }
    }
    control.reportAndWait(Report.newBuilder().setFailed(Failures.of(cause)));
  }
}

package dev.belay.jobs.simulation.job;

import com.google.protobuf.ByteString;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.Published;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.StagedFile;
import dev.belay.runtime.wire.Protocol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Publishes: asks for all completions, reads their segments, stages the output beside its target,
 * and once the manifest counts carries it out, file by file, the marker last. An assignment that
 * brings a manifest carries that one out.
 */
final class PublishRun extends TaskRun {
  private static final int PAGE = 3;
  private static final long FILE_MICROS = 5_000;

  private final Deque<Segment> unread = new ArrayDeque<>();
  private final List<Piece> pieces = new ArrayList<>();

  PublishRun(Workplace at, Assignment assignment) {
    super(at, assignment);
  }

  @Override
  public void begin() {
    if (assignment.hasManifest()) {
      carryOut(assignment.getManifest(), 0);
    } else {
      list(0);
    }
  }

  private void list(int from) {
    if (draining()) {
      release();
      return;
    }
    ListCompletionsRequest request =
        ListCompletionsRequest.newBuilder()
            .setProtocol(Protocol.VERSION)
            .setLease(lease())
            .setFromIndex(from)
            .setLimit(PAGE)
            .build();
    at.completions(
        request,
        reply ->
            goOn(
                () -> {
                  if (!reply.reached()) {
                    later(() -> list(from));
                  } else if (reply.message() instanceof ListCompletionsReply page) {
                    listed(page);
                  } else {
                    // The lease is not current: the coordinator will say so.
                    later(() -> list(from));
                  }
                }));
  }

  private void listed(ListCompletionsReply page) {
    for (Completion completion : page.getCompletionsList()) {
      unread.addAll(completion.getSegmentsList());
    }
    if (page.getNextIndex() > 0) {
      list(page.getNextIndex());
    } else {
      readNext();
    }
  }

  private void readNext() {
    Segment segment = unread.peek();
    if (segment == null) {
      stage();
      return;
    }
    at.store()
        .get(
            at.process(),
            segment.getObject().getKey(),
            segment.getObject().getDigest().asReadOnlyByteBuffer().getLong(),
            (result, content) ->
                goOn(
                    () -> {
                      switch (result) {
                        case OK -> {
                          unread.remove();
                          pieces.add((Piece) Objects.requireNonNull(content));
                          readNext();
                        }
                        case UNAVAILABLE -> laterWithStore(this::readNext);
                        case CORRUPT, MISSING -> lost(segment, result);
                      }
                    }));
  }

  private void lost(Segment segment, Result result) {
    fail(Failed.Kind.PERMANENT, "output " + segment.getObject().getKey() + " is " + result);
  }

  private void stage() {
    String directory = "/out/" + job.name() + "/.belay-" + epoch();
    String sum = directory + "/sum";
    String marker = directory + "/_SUCCESS";
    at.files().write(sum, RangeJob.text(pieces));
    at.files().write(marker, "");
    Manifest manifest =
        Manifest.newBuilder()
            .addFiles(file(sum, job.target()))
            .addFiles(file(marker, job.marker()))
            .addStagingDirectories(directory)
            .build();
    report(
        Report.newBuilder().setPrepared(Prepared.newBuilder().setManifest(manifest)),
        answer -> carryOut(manifest, 0),
        refusal -> {
          if (refusal.getDiscard()) {
            at.files().removeDirectory(directory);
          }
        });
  }

  private static StagedFile file(String staged, String target) {
    return StagedFile.newBuilder()
        .setStaged(staged)
        .setTarget(target)
        .setDigest(ByteString.EMPTY)
        .build();
  }

  private void carryOut(Manifest manifest, int index) {
    if (index == manifest.getFilesCount()) {
      manifest.getStagingDirectoriesList().forEach(at.files()::removeDirectory);
      lastWord(Report.newBuilder().setPublished(Published.getDefaultInstance()));
      return;
    }
    after(
        FILE_MICROS,
        () -> {
          StagedFile file = manifest.getFiles(index);
          boolean moved = at.files().rename(file.getStaged(), file.getTarget());
          if (!moved && at.files().read(file.getTarget()) == null) {
            fail(Failed.Kind.PERMANENT, file.getStaged() + " is gone and was never published");
          } else {
            at.say(lease(), (moved ? "publishes " : "finds ") + file.getTarget());
            carryOut(manifest, index + 1);
          }
        });
  }
}

package dev.belay.jobs.simulation.planted;

import com.google.protobuf.ByteString;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.job.TaskRun;
import dev.belay.jobs.simulation.job.Workplace;
import dev.belay.jobs.simulation.machine.Network.Reply;
import dev.belay.jobs.simulation.machine.OutputFiles;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import dev.belay.worker.core.Effect;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What could be wrong in a worker, its core or its tasks. */
final class WorkerFaults {
  private WorkerFaults() {}

  /** The incarnation is made from the name and the host, which a restart does not change. */
  static final class ReusesItsIncarnation extends Seams {
    @Override
    public String incarnation(String name, int start) {
      return name;
    }
  }

  /** An assignment that comes twice is begun twice. */
  static final class StartsALeaseTwice extends Seams {
    private int starts;

    @Override
    public List<Effect> effects(String incarnation, List<Effect> effects) {
      List<Effect> changed = new ArrayList<>();
      for (Effect effect : effects) {
        changed.add(effect);
        if (effect instanceof Effect.Start && ++starts % 10 == 0) {
          changed.add(effect);
        }
      }
      return changed;
    }
  }

  /** Two threads of one task: the newer epoch does not wait until the older one has left. */
  static final class DoesNotWaitForTheOldThread extends Seams {
    private final List<Assignment> started = new ArrayList<>();

    @Override
    public List<Effect> effects(String incarnation, List<Effect> effects) {
      List<Effect> changed = new ArrayList<>();
      for (Effect effect : effects) {
        boolean early = effect instanceof Effect.Stop;
        changed.add(effect);
        if (early) {
          Lease lease = ((Effect.Stop) effect).lease();
          started.stream()
              .filter(assignment -> assignment.getLease().equals(lease))
              .findFirst()
              .ifPresent(assignment -> changed.add(new Effect.Start(assignment)));
        } else if (effect instanceof Effect.Start start) {
          started.add(start.assignment());
        }
      }
      return changed;
    }
  }

  /** Reports carry the newest epoch that the worker has heard of, not that of their work. */
  static final class ReportsUnderANewerEpoch extends Seams {
    @Override
    public List<Effect> effects(String incarnation, List<Effect> effects) {
      List<Effect> changed = new ArrayList<>();
      for (Effect effect : effects) {
        boolean again =
            effect instanceof Effect.Send send
                && send.message().getReport().hasCheckpoint()
                && send.message().getReport().getLease().getEpoch().getCounter() > 1;
        changed.add(again ? newer((Effect.Send) effect) : effect);
      }
      return changed;
    }

    private static Effect newer(Effect.Send send) {
      FromWorker.Builder message = send.message().toBuilder();
      var epoch = message.getReportBuilder().getLeaseBuilder().getEpochBuilder();
      epoch.setCounter(epoch.getCounter() + 1);
      return new Effect.Send(send.link(), message.build());
    }
  }

  /** A report whose link broke is never sent again. */
  static final class SendsAReportOnce extends Seams {
    private final List<String> sent = new ArrayList<>();

    @Override
    public List<Effect> effects(String incarnation, List<Effect> effects) {
      List<Effect> changed = new ArrayList<>(effects);
      changed.removeIf(
          effect ->
              effect instanceof Effect.Send send
                  && send.message().hasReport()
                  && again(incarnation + "/" + send.message().getReport().getNumber()));
      return changed;
    }

    private boolean again(String report) {
      boolean known = sent.contains(report);
      sent.add(report);
      return known;
    }
  }

  /** An unreadable checkpoint is passed over for the one before, and nobody is told. */
  static final class FallsBackWithoutAWord extends Seams {
    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return super.run(
          new Elsewhere(at) {
            @Override
            public void report(Report.Builder report, Consumer<Answer> answer) {
              if (report.hasUnusable()) {
                process().after(0, () -> answer.accept(OK));
              } else {
                super.report(report, answer);
              }
            }
          },
          assignment);
    }
  }

  /** A restore that finds nothing begins anew, though there are checkpoints. */
  static final class BeginsAnew extends Seams {
    private int runs;

    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return ++runs % 4 == 0
          ? super.run(at, assignment.toBuilder().clearCheckpoints().build())
          : super.run(at, assignment);
    }
  }

  /** What was written since the last checkpoint is not part of the completion. */
  static final class LosesTheLastSegment extends Seams {
    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return super.run(
          new Elsewhere(at) {
            @Override
            public void report(Report.Builder report, Consumer<Answer> answer) {
              int segments = report.getCompleted().getSegmentsCount();
              if (report.hasCompleted() && segments > 1) {
                report.getCompletedBuilder().removeSegments(segments - 1);
              }
              super.report(report, answer);
            }
          },
          assignment);
    }
  }

  /** A cut is reckoned with the last number of the head included, and of the tail not. */
  static final class LosesTheBeginningOfATail extends Seams {
    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return super.run(
          new Elsewhere(at) {
            @Override
            public void report(Report.Builder report, Consumer<Answer> answer) {
              if (report.hasSplit()) {
                ByteBuffer range = ByteBuffer.allocate(2 * Long.BYTES);
                range.put(report.getSplit().getTail().getValue().asReadOnlyByteBuffer()).flip();
                range.putLong(0, range.getLong(0) + 1);
                report.getSplitBuilder().getTailBuilder().setValue(ByteString.copyFrom(range));
              }
              super.report(report, answer);
            }
          },
          assignment);
    }
  }

  /** A publisher that takes over stages its own files, beside those of the journaled manifest. */
  static final class PublishesTwice extends Seams {
    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return super.run(at, assignment.toBuilder().clearManifest().build());
    }
  }

  /** The name of an object has no epoch in it: a zombie writes over its successor's. */
  static final class NamesObjectsWithoutTheEpoch extends Seams {
    @Override
    public TaskRun run(Workplace at, Assignment assignment) {
      return super.run(
          new Elsewhere(at) {
            @Override
            public void report(Report.Builder report, Consumer<Answer> answer) {
              if (report.hasCheckpoint()) {
                String key = report.getCheckpoint().getObject().getKey();
                String bare = key.substring(0, key.lastIndexOf('/') + 1) + "1-1-1-1.ckpt";
                report.getCheckpointBuilder().getObjectBuilder().setKey(bare);
              }
              super.report(report, answer);
            }
          },
          assignment);
    }
  }

  private static final Answer OK = Answer.newBuilder().setVerdict(Verdict.OK).build();

  /** A workplace with something in front of it. */
  private static class Elsewhere implements Workplace {
    private final Workplace real;

    Elsewhere(Workplace real) {
      this.real = real;
    }

    @Override
    public SimulatedProcess process() {
      return real.process();
    }

    @Override
    public SimulatedStore store() {
      return real.store();
    }

    @Override
    public void storeFailed() {
      real.storeFailed();
    }

    @Override
    public OutputFiles files() {
      return real.files();
    }

    @Override
    public RangeJob job(String name) {
      return real.job(name);
    }

    @Override
    public boolean stumbles(RangeJob job, long number) {
      return real.stumbles(job, number);
    }

    @Override
    public boolean hangs(RangeJob job, long number) {
      return real.hangs(job, number);
    }

    @Override
    public int slowness() {
      return real.slowness();
    }

    @Override
    public void report(Report.Builder report, Consumer<Answer> answer) {
      real.report(report, answer);
    }

    @Override
    public void completions(ListCompletionsRequest request, Consumer<Reply> answer) {
      real.completions(request, answer);
    }

    @Override
    public void left(Lease lease) {
      real.left(lease);
    }

    @Override
    public void say(Lease lease, String what) {
      real.say(lease, what);
    }
  }
}

package dev.belay.jobs.simulation.job;

import dev.belay.jobs.simulation.machine.Network.Reply;
import dev.belay.jobs.simulation.machine.OutputFiles;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import java.util.function.Consumer;

/** What a worker's process gives its tasks. All of it is answered later, in that process. */
public interface Workplace {
  SimulatedProcess process();

  SimulatedStore store();

  /** It could not be used from here. */
  void storeFailed();

  OutputFiles files();

  RangeJob job(String name);

  /** Says that a number throws now, and remembers that it did. */
  boolean stumbles(RangeJob job, long number);

  /** Says that a number never comes to an end now, and remembers that it did not. */
  boolean hangs(RangeJob job, long number);

  /** How much slower than others this worker is, in percent; 100: as fast. */
  int slowness();

  void report(Report.Builder report, Consumer<Answer> answer);

  void completions(ListCompletionsRequest request, Consumer<Reply> answer);

  /** The task's thread has left. */
  void left(Lease lease);

  void say(Lease lease, String what);
}
